//! What the router shows in public: the federation audit, the audit of GraphQL over HTTP, random operations answered
//! as a reference gateway answers them, and the REST API against its own description. Always with the real binary, over HTTP.
//!
//! It is run by `make audit-router`, `make audit-http`, `make audit-rest` and `make differential-router`, which prepare
//! what it needs of Node.js and Python: what is compared with is not part of the project.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an audit that cannot be set up must fail")]

mod composition;
mod differences;
mod differential;
mod federation;
#[path = "../support/folder.rs"]
mod folder;
mod graphql_http;
mod market;
#[path = "../support/operations/mod.rs"]
mod operations;
mod other_words;
#[allow(dead_code)]
#[path = "../market/people.rs"]
mod people;
#[path = "../support/ports.rs"]
mod ports;
mod process;
#[allow(dead_code)]
#[path = "../market/questions.rs"]
mod questions;
mod rest;
mod suites;
#[allow(dead_code)]
#[path = "../market/support.rs"]
mod support;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(name = "audit")]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The public federation audit: composition and answers, suite by suite.
    Federation {
        /// Where the audit's server is.
        #[arg(long)]
        server: String,
        /// Only this suite.
        #[arg(long)]
        suite: Option<String>,
    },
    /// The audit of GraphQL over HTTP.
    Http {
        /// A folder where the npm package `graphql-http` is installed.
        #[arg(long)]
        packages: PathBuf,
    },
    /// Random requests of the REST API, whose answers must fit its OpenAPI document.
    Rest(rest::Options),
    /// Random operations, compared with the reference gateway's answers.
    Differential(differential::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt()).unwrap(), signal(SignalKind::terminate()).unwrap());
    // A signal ends it in an orderly way, so that no router is left behind.
    let passed = tokio::select! {
        passed = Box::pin(run(options.what)) => passed,
        _ = interrupt.recv() => false,
        _ = terminate.recv() => false,
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(what: What) -> bool {
    match what {
        What::Federation { server, suite } => federation::run(&server, suite.as_deref()).await,
        What::Http { packages } => graphql_http::run(&packages).await,
        What::Rest(options) => rest::run(&options).await,
        What::Differential(options) => differential::run(&options).await,
    }
}
