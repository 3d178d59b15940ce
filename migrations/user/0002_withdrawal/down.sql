-- What is sealed cannot be read by the release before.
DO $$
BEGIN
    IF EXISTS (SELECT FROM profile WHERE sealed IS NOT NULL OR withdrawn_at IS NOT NULL) THEN
        RAISE EXCEPTION 'personal data is sealed already';
    END IF;
END
$$;
DROP TABLE data_view;
DROP TABLE retained_record;
DROP TABLE person_key;
DROP INDEX address_unsealed;
ALTER TABLE address
    DROP COLUMN sealed,
    ALTER COLUMN recipient DROP DEFAULT,
    ALTER COLUMN phone DROP DEFAULT,
    ALTER COLUMN zonecode DROP DEFAULT,
    ALTER COLUMN road_address DROP DEFAULT,
    ALTER COLUMN detail DROP DEFAULT,
    ADD CONSTRAINT address_zonecode_check CHECK (zonecode ~ '^[0-9]{5}$');
DROP INDEX profile_unsealed;
DROP INDEX profile_by_token;
ALTER TABLE profile
    DROP COLUMN withdrawn_at,
    DROP COLUMN search_tokens,
    DROP COLUMN sealed,
    ALTER COLUMN email DROP DEFAULT,
    ALTER COLUMN name DROP DEFAULT;
