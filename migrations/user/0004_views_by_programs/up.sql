-- Programs of sellers look at where orders go, too.
ALTER TABLE data_view
    DROP CONSTRAINT data_view_viewer_kind_check,
    ADD CONSTRAINT data_view_viewer_kind_check CHECK (viewer_kind IN ('STAFF', 'SELLER', 'SELLER_PROGRAM'));
