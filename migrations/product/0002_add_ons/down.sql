DROP TABLE add_on;
