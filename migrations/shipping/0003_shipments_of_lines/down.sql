DROP INDEX shipment_line_by_line;
