DROP TABLE seller_document;
DROP TABLE seller_state_change;
DROP TABLE seller_member;
DROP TABLE seller;
