DROP TABLE price_change;
DROP TABLE variant;
DROP TABLE product_detail;
DROP TABLE product;
DROP TABLE known_seller;
DROP TABLE brand;
DROP TABLE category;
