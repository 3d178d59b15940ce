-- When people have taken out what the market holds about them. Goes when the person leaves.
CREATE TABLE data_export (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES profile,
    exported_at timestamptz NOT NULL
);
CREATE INDEX data_export_newest ON data_export (user_id, exported_at DESC, id DESC);
