-- How many requests each REST route had on each day in Korea, over all routers.
CREATE TABLE rest_route_use (
    operation text NOT NULL,
    day date NOT NULL,
    requests bigint NOT NULL,
    PRIMARY KEY (operation, day)
);
CREATE INDEX rest_route_use_by_day ON rest_route_use (day);
