-- Contract: the plain columns go, which nothing reads any more once every replica is of this release. Only a service has
-- the key that seals, so that what is not sealed yet is not lost but keeps this from running.
LOCK TABLE profile, address IN ACCESS EXCLUSIVE MODE;
DO $$
BEGIN
    IF EXISTS (SELECT FROM profile WHERE sealed IS NULL AND withdrawn_at IS NULL)
        OR EXISTS (SELECT FROM address WHERE sealed IS NULL) THEN
        RAISE EXCEPTION 'personal data is not sealed yet: the user service does it as it starts';
    END IF;
END
$$;
-- Their indexes go with them.
ALTER TABLE profile
    DROP COLUMN email,
    DROP COLUMN name,
    DROP COLUMN phone,
    ADD CONSTRAINT profile_sealed CHECK (sealed IS NOT NULL OR withdrawn_at IS NOT NULL);
DROP INDEX profile_unsealed;
DROP INDEX address_unsealed;
ALTER TABLE address
    DROP COLUMN label,
    DROP COLUMN recipient,
    DROP COLUMN phone,
    DROP COLUMN zonecode,
    DROP COLUMN road_address,
    DROP COLUMN jibun_address,
    DROP COLUMN building_name,
    DROP COLUMN bcode,
    DROP COLUMN detail,
    DROP COLUMN entrance_note,
    ALTER COLUMN sealed SET NOT NULL;
