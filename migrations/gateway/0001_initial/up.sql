-- A program of somebody else that asks the graph.
CREATE TABLE api_client (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT api_client_name_unique UNIQUE,
    contact text NOT NULL,
    description text NOT NULL,
    scopes text[] NOT NULL,
    seller_id uuid,
    cost_per_minute integer NOT NULL CONSTRAINT api_client_cost_positive CHECK (cost_per_minute > 0),
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CONSTRAINT api_client_of_a_seller CHECK (('SELLER' = ANY (scopes)) = (seller_id IS NOT NULL))
);
CREATE INDEX api_client_newest ON api_client (created_at, id);

-- A key by which a client is known. What is kept is its SHA-256: the key has 256 random bits, so that nothing is gained
-- by a slower hash.
CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES api_client,
    digest bytea NOT NULL CONSTRAINT api_key_digest_unique UNIQUE,
    hint text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_key_expires_after_it_is_made CHECK (expires_at > created_at)
);
CREATE INDEX api_key_of_client ON api_key (client_id, created_at);

-- A document that may be asked for by its hash.
CREATE TABLE trusted_document (
    hash text PRIMARY KEY CONSTRAINT trusted_document_hash_sha256 CHECK (hash ~ '^[0-9a-f]{64}$'),
    name text NOT NULL,
    body text NOT NULL,
    client_id uuid REFERENCES api_client,
    registered_by uuid NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX trusted_document_newest ON trusted_document (registered_at, hash);

-- Every supergraph that has answered clients, in the order in which they came into force.
CREATE TABLE supergraph (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash text NOT NULL,
    subgraphs text[] NOT NULL,
    sdl text NOT NULL,
    in_force_since timestamptz NOT NULL DEFAULT now()
);
