DROP TABLE stock_movement;
DROP FUNCTION refuse_change_of_movement;
DROP TABLE reservation;
DROP TABLE reservation_group;
DROP TABLE stock_item;
