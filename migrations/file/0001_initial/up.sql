-- What is stored, once for equal bytes. `id` names the objects in the store, so that bytes which were removed and come
-- back never meet the removal.
CREATE TABLE content (
    id uuid PRIMARY KEY,
    hash bytea NOT NULL CONSTRAINT content_hash_unique UNIQUE CONSTRAINT content_hash_is_sha256 CHECK (octet_length(hash) = 32),
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    -- Pixels; null for what is no image.
    width integer,
    height integer,
    stored_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_has_both_sides CHECK ((width IS NULL) = (height IS NULL))
);

-- A file of somebody. Several may have the same content.
CREATE TABLE file (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL,
    seller_id uuid,
    purpose text NOT NULL,
    name text NOT NULL,
    content_id uuid NOT NULL CONSTRAINT file_content_fkey REFERENCES content,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX file_by_owner ON file (owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX file_by_content ON file (content_id);
CREATE INDEX file_deleted ON file (deleted_at) WHERE deleted_at IS NOT NULL;

-- Bytes that are announced and come to a signed address.
CREATE TABLE upload (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL,
    seller_id uuid,
    purpose text NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    state text NOT NULL,
    refusal text,
    file_id uuid CONSTRAINT upload_file_fkey REFERENCES file ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT upload_refused_with_a_reason CHECK ((state = 'REFUSED') = (refusal IS NOT NULL))
);
CREATE INDEX upload_by_owner ON upload (owner_id, created_at);
CREATE INDEX upload_waiting ON upload (expires_at) WHERE state = 'WAITING';
