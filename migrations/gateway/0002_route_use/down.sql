DROP TABLE rest_route_use;
