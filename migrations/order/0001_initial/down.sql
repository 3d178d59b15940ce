DROP TABLE refund_task;
DROP TABLE checkout;
DROP TABLE line_state_change;
DROP TABLE line;
DROP TABLE seller_order;
DROP TABLE purchase;
