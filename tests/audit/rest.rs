//! The REST API against its own OpenAPI document, by schemathesis: no answer of 500 or more, none outside its schema.

use std::path::PathBuf;

use clap::Args;
use tokio::process::Command;

use crate::questions;
use crate::support::Market;

#[derive(Args)]
pub(crate) struct Options {
    /// The program `schemathesis`.
    #[arg(long)]
    schemathesis: PathBuf,
    /// How many requests an operation is asked at least, by each of those who ask.
    #[arg(long, default_value_t = 20)]
    examples: u32,
    /// What the random requests begin with.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Lets a visitor, a buyer, a seller and the staff ask; whether nothing was found.
pub(crate) async fn run(options: &Options) -> bool {
    let mut market = Market::prepare().await;
    market.start_all_in_one(&[("AUTH_OAUTH_SANDBOX", "true")]).await;
    market.sign_in_staff().await;
    let (askers, _) = questions::fill(&market).await;
    let mut passed = true;
    for asker in askers {
        println!("== {}", asker.name);
        let mut command = Command::new(&options.schemathesis);
        command
            .args(["run", &format!("{}/openapi.json", market.url), "--checks", CHECKS, "--continue-on-failure"])
            .args(["--phases", "examples,coverage,fuzzing", "--warnings", "off", "--workers", "1"])
            .args(["--max-examples", &options.examples.to_string(), "--seed", &options.seed.to_string()])
            // Who signs out asks nothing more.
            .args(["--exclude-path", "/api/v1/auth/sign-out"])
            .env("NO_COLOR", "1")
            // It leaves a folder of its own where it runs.
            .current_dir(options.schemathesis.parent().unwrap())
            .kill_on_drop(true);
        if let Some(session) = &asker.session {
            command.args(["--header", &format!("Authorization: Bearer {}", session.access_token)]);
        }
        passed &= command.status().await.unwrap().success();
    }
    market.end().await;
    passed
}
