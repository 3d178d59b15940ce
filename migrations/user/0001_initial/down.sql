DROP TABLE wishlist_item;
DROP TABLE consent;
DROP TABLE address;
DROP TABLE profile;
