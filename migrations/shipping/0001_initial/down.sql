DROP TABLE shipment_state_change;
DROP TABLE tracking_event;
DROP TABLE shipment_line;
DROP TABLE shipment;
DROP TABLE paid_order;
DROP TABLE product_policy;
DROP TABLE shipping_policy;
DROP TABLE bundle_group;
