DROP TABLE new_member;
DROP TABLE banner_state_change;
DROP TABLE variant_day;
DROP TABLE banner_variant;
DROP TABLE banner;
DROP TABLE slot;
