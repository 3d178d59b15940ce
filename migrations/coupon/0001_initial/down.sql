DROP TABLE coupon_use_line;
DROP TABLE coupon_use;
DROP TABLE coupon_reservation;
DROP TABLE coupon;
DROP TABLE coupon_policy_change;
DROP TABLE coupon_policy;
