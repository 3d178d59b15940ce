//! The root package's tests: whole journeys against real processes, over real PostgreSQL, Redis and RabbitMQ.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod adults;
mod api;
mod architecture;
mod audited;
mod claims;
mod clients;
mod contract;
mod crashes;
mod deposits;
mod differential;
mod disorder;
mod documents;
mod exports;
mod finding;
mod journey;
mod limits;
#[path = "../support/operations/mod.rs"]
mod operations;
mod outages;
mod people;
#[path = "../support/ports.rs"]
mod ports;
mod questions;
mod races;
mod rest;
mod staff;
mod story;
mod support;
mod terms;
mod traces;
