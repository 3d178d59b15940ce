-- The release before reads what is sealed, and finds its plain columns empty, as it leaves them itself.
ALTER TABLE address
    ALTER COLUMN sealed DROP NOT NULL,
    ADD COLUMN label text,
    ADD COLUMN recipient text NOT NULL DEFAULT '',
    ADD COLUMN phone text NOT NULL DEFAULT '',
    ADD COLUMN zonecode text NOT NULL DEFAULT '',
    ADD COLUMN road_address text NOT NULL DEFAULT '',
    ADD COLUMN jibun_address text,
    ADD COLUMN building_name text,
    ADD COLUMN bcode text,
    ADD COLUMN detail text NOT NULL DEFAULT '',
    ADD COLUMN entrance_note text;
CREATE INDEX address_unsealed ON address (id) WHERE sealed IS NULL;
ALTER TABLE profile
    DROP CONSTRAINT profile_sealed,
    ADD COLUMN email text NOT NULL DEFAULT '',
    ADD COLUMN name text NOT NULL DEFAULT '',
    ADD COLUMN phone text;
CREATE INDEX profile_by_email ON profile (email text_pattern_ops);
CREATE INDEX profile_unsealed ON profile (id) WHERE sealed IS NULL AND withdrawn_at IS NULL;
