//! The notification service on a real database, with a real SMTP server, message provider and seller's system.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod others;
mod people;
mod receiver;
mod smtp;
mod support;
mod webhooks;
