//! `doa-market router` over subgraphs that are not ours: the real process, reached over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

mod compose;
#[path = "../support/folder.rs"]
mod folder;
mod https;
mod plan;
#[path = "../support/ports.rs"]
mod ports;
mod refusals;
mod support;
