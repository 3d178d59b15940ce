DELETE FROM data_view WHERE viewer_kind = 'SELLER_PROGRAM';
ALTER TABLE data_view
    DROP CONSTRAINT data_view_viewer_kind_check,
    ADD CONSTRAINT data_view_viewer_kind_check CHECK (viewer_kind IN ('STAFF', 'SELLER'));
