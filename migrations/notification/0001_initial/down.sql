DROP TABLE delivery;
DROP TABLE webhook_endpoint;
DROP TABLE notification;
DROP TABLE order_buyer;
DROP TABLE preference;
DROP TABLE recipient_language;
DROP TABLE contact;
