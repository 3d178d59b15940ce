-- A line's parcels are more than the one in which it is sent: it comes back, and goes out again.
CREATE INDEX shipment_line_by_line ON shipment_line (line_id);
