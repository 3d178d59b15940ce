-- What the admin service said last of a member of staff. The one with the largest version holds.
CREATE TABLE staff_access (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL,
    permissions text[] NOT NULL
);
