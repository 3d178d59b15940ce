//! The command `check`: what must always hold, verified over the services' own books.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::ValueEnum;
use platform::database::Database;
use platform::service::ServiceDefinition;

use crate::config::Config;

/// What is verified.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum What {
    /// Orders, payments, refunds, the ledger and the stock, to the won and the piece.
    Ledger,
}

/// Verifies, prints each finding, and fails when there is one.
pub(crate) async fn run(config: &Config, what: What) -> anyhow::Result<ExitCode> {
    let findings = match what {
        What::Ledger => ledger(config).await?,
    };
    for finding in &findings {
        println!("{finding}");
    }
    println!("findings: {}", findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn ledger(config: &Config) -> anyhow::Result<Vec<String>> {
    let url = config.database_url()?;
    let connect = |service: &ServiceDefinition| Database::connect(&config.database, url, service.name);
    let (orders, payments, stock) =
        (connect(&order::SERVICE)?, connect(&payment::SERVICE)?, connect(&inventory::SERVICE)?);
    let mut findings = Vec::new();
    for finding in order::check_orders(&orders).await.map_err(|error| anyhow!(error))? {
        findings.push(format!("order: {}: {} is off by {}", finding.rule, finding.subject, finding.difference));
    }
    for finding in payment::check_ledger(&payments).await.map_err(|error| anyhow!(error))? {
        findings.push(format!("payment: {}: {} is off by {}", finding.rule, finding.subject, finding.difference));
    }
    for finding in inventory::check_stock(&stock).await.map_err(|error| anyhow!(error))? {
        findings.push(format!("stock: {}: {} is off by {}", finding.rule, finding.subject, finding.difference));
    }
    let orders = order::order_totals(&orders).await.map_err(|error| anyhow!(error))?;
    let payments = payment::payment_totals(&payments).await.map_err(|error| anyhow!(error))?;
    findings.extend(compare(&orders, &payments));
    Ok(findings)
}

/// Payments − refunds = what the lines that are kept cost, order by order.
fn compare(orders: &[order::OrderTotals], payments: &[payment::PaymentTotals]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut taken: BTreeMap<_, _> = payments.iter().map(|payment| (payment.order_id, payment)).collect();
    for order in orders {
        let id = order.order_id;
        if order.paid - order.refunded != order.kept {
            let off = order.paid - order.refunded - order.kept;
            findings.push(format!("order {id}: what was paid, less refunds, is not what its lines cost: off by {off}"));
        }
        match taken.remove(&id) {
            None => findings.push(format!("order {id} counts as paid, but no money was taken")),
            Some(payment) if payment.taken != order.paid => {
                let off = payment.taken - order.paid;
                findings.push(format!("order {id}: what was taken is not its total: off by {off}"));
            }
            Some(payment) if payment.refunded != order.refunded => {
                let off = payment.refunded - order.refunded;
                findings.push(format!("order {id}: what went back is not what had to: off by {off}"));
            }
            Some(_) => {}
        }
    }
    findings
        .extend(taken.keys().map(|id| format!("order {id}: money was taken, but the order does not count as paid")));
    findings
}
