//! Starts the service.

use std::sync::Arc;

use axum::Router;
use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Settlements;
use crate::bank::BankClient;
use crate::consumers::subscription;
use crate::settings::SettlementSettings;
use crate::{graphql, jobs, sandbox};

const SANDBOX_PATH: &str = "/sandbox/bank";

pub(crate) fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = SettlementSettings::from_source(&context.settings)?;
    if settings.commission > 10_000 {
        return Err(StartError("SETTLEMENT_COMMISSION is 0–10,000 basis points".to_owned()));
    }
    let cadence = settings.cadence.parse().map_err(|error| StartError(format!("SETTLEMENT_CADENCE: {error}")))?;
    let (bank, routes) = bank(&settings, &context)?;
    let desk = Settlements {
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        bank: Arc::new(bank),
        settings: Arc::new(settings),
        cadence,
        payouts: Arc::default(),
    };
    Ok(Service {
        schema: Arc::new(graphql::schema(desk.clone())),
        routes,
        subscriptions: vec![subscription(desk.clone())],
        jobs: vec![
            Box::pin(jobs::settle(desk.clone(), context.shutdown.clone())),
            Box::pin(jobs::pay(desk, context.shutdown)),
        ],
    })
}

/// The bank, and the sandbox's routes when this process has one.
fn bank(settings: &SettlementSettings, context: &ServiceContext) -> Result<(BankClient, Router), StartError> {
    let failed = |error: reqwest::Error| StartError(error.to_string());
    let timeout = settings.bank_timeout;
    if !settings.bank_url.is_empty() {
        if settings.bank_key.is_empty() {
            return Err(StartError("BANK_TRANSFER_URL needs a BANK_TRANSFER_KEY".to_owned()));
        }
        let client = BankClient::new(settings.bank_url.clone(), settings.bank_key.clone(), timeout).map_err(failed)?;
        return Ok((client, Router::new()));
    }
    let file = context.local_directory.join("sandbox-bank.jsonl");
    let made = std::fs::create_dir_all(&context.local_directory).and_then(|()| sandbox::routes(file));
    let routes = made.map_err(|error| StartError(format!("bank sandbox: {error}")))?;
    let url = format!("{}{SANDBOX_PATH}", context.own_url);
    let client = BankClient::new(url, "sandbox".to_owned(), timeout).map_err(failed)?;
    Ok((client, Router::new().nest(SANDBOX_PATH, routes)))
}
