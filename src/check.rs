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
    /// Coupons and their budgets, to the piece and the won.
    Coupons,
    /// Ratings, votes and reports, as the reviews themselves say.
    Reviews,
    /// What was counted from events, with the payments, to the won.
    Stats,
    /// Settlement items, statements and payouts, to the won.
    Settlement,
}

/// Verifies, prints each finding, and fails when there is one.
pub(crate) async fn run(config: &Config, what: What) -> anyhow::Result<ExitCode> {
    let findings = match what {
        What::Ledger => ledger(config).await?,
        What::Coupons => coupons(config).await?,
        What::Reviews => reviews(config).await?,
        What::Stats => counted(config).await?,
        What::Settlement => settlement(config).await?,
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
    let sold = inventory::sold_pieces(&stock).await.map_err(|error| anyhow!(error))?;
    let orders = order::order_totals(&orders).await.map_err(|error| anyhow!(error))?;
    let payments = payment::payment_totals(&payments).await.map_err(|error| anyhow!(error))?;
    findings.extend(compare_money(&orders, &payments));
    findings.extend(compare_goods(&orders, &sold));
    Ok(findings)
}

async fn coupons(config: &Config) -> anyhow::Result<Vec<String>> {
    let database = Database::connect(&config.database, config.database_url()?, coupon::SERVICE.name)?;
    let findings = coupon::check_coupons(&database).await.map_err(|error| anyhow!(error))?;
    let text = |finding: coupon::CouponFinding| {
        format!("coupon: {}: {} is off by {}", finding.rule, finding.subject, finding.difference)
    };
    Ok(findings.into_iter().map(text).collect())
}

async fn reviews(config: &Config) -> anyhow::Result<Vec<String>> {
    let reviews = Database::connect(&config.database, config.database_url()?, review::SERVICE.name)?;
    let findings = review::check_ratings(&reviews).await.map_err(|error| anyhow!(error))?;
    let text = |finding: review::RatingFinding| {
        format!("review: {}: {} is off by {}", finding.rule, finding.subject, finding.difference)
async fn settlement(config: &Config) -> anyhow::Result<Vec<String>> {
    let database = Database::connect(&config.database, config.database_url()?, settlement::SERVICE.name)?;
    let findings = settlement::check_settlement(&database).await.map_err(|error| anyhow!(error))?;
    let text = |finding: settlement::SettlementFinding| {
        format!("settlement: {}: {} is off by {}", finding.rule, finding.subject, finding.difference)
    };
    Ok(findings.into_iter().map(text).collect())
}

/// Payments − refunds = what the lines that are kept cost, with their shipping and the fees of returns, order by order.
/// The command `rebuild-stats`.
pub(crate) async fn rebuild_stats(config: &Config) -> anyhow::Result<()> {
    let database = Database::connect(&config.database, config.database_url()?, stats::SERVICE.name)?;
    stats::rebuild(&database).await.map_err(|error| anyhow!(error.message))
async fn counted(config: &Config) -> anyhow::Result<Vec<String>> {
    let url = config.database_url()?;
    let connect = |service: &ServiceDefinition| Database::connect(&config.database, url, service.name);
    let (counted, payments) = (connect(&stats::SERVICE)?, connect(&payment::SERVICE)?);
    let counted = stats::totals(&counted).await.map_err(|error| anyhow!(error))?;
    let payments = payment::payment_totals(&payments).await.map_err(|error| anyhow!(error))?;
    Ok(compare_stats(&counted, &payments))
/// What stats counted is what payments took and gave back, order by order. Events that are on their way are not counted yet.
fn compare_stats(counted: &[stats::OrderMoney], payments: &[payment::PaymentTotals]) -> Vec<String> {
    let mut taken: BTreeMap<_, _> = payments.iter().map(|payment| (payment.order_id, payment)).collect();
    let mut findings = Vec::new();
    for order in counted {
        let (id, payment) = (order.order_id, taken.remove(&order.order_id));
        let (paid, refunded) = payment.map_or((0, 0), |payment| (payment.taken, payment.refunded));
        if order.paid != paid {
            findings
                .push(format!("order {id}: what stats counted is not what was taken: off by {}", order.paid - paid));
        }
        if order.refunded != refunded {
            let off = order.refunded - refunded;
            findings.push(format!("order {id}: what stats counted is not what went back: off by {off}"));
        }
    }
    findings.extend(taken.keys().map(|id| format!("order {id}: money was taken, but stats did not count it")));
    findings
/// Payments − refunds = what the lines that are kept cost, order by order.
fn compare_money(orders: &[order::OrderTotals], payments: &[payment::PaymentTotals]) -> Vec<String> {
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

/// What left the stock for an order is what its lines that are kept say.
fn compare_goods(orders: &[order::OrderTotals], sold: &[inventory::SoldPieces]) -> Vec<String> {
    let mut taken: BTreeMap<_, i64> = sold.iter().map(|sold| (sold.order_id, sold.pieces)).collect();
    let mut findings = Vec::new();
    for order in orders {
        let pieces = taken.remove(&order.order_id).unwrap_or_default();
        if pieces != order.pieces {
            let (id, off) = (order.order_id, pieces - order.pieces);
            findings.push(format!("order {id}: what left the stock is not what its lines keep: off by {off} pieces"));
        }
    }
    let unpaid = taken.into_iter().filter(|(_, pieces)| *pieces != 0);
    findings.extend(
        unpaid.map(|(id, _)| format!("order {id}: goods left the stock, but the order does not count as paid")),
    );
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(paid: i64, refunded: i64, kept: i64, pieces: i64) -> order::OrderTotals {
        order::OrderTotals { order_id: uuid::Uuid::nil(), paid, refunded, kept, pieces }
    }

    fn payment(taken: i64, refunded: i64) -> payment::PaymentTotals {
        payment::PaymentTotals { order_id: uuid::Uuid::nil(), taken, refunded }
    }

    #[test]
    fn finds_a_planted_fault_of_each_kind() {
        let money =
            |order: order::OrderTotals, payment: &[payment::PaymentTotals]| compare_money(&[order], payment).len();
        assert_eq!(money(order(900, 300, 600, 2), &[payment(900, 300)]), 0);
        assert_eq!(money(order(900, 300, 500, 2), &[payment(900, 300)]), 1, "lines do not add up");
        assert_eq!(money(order(900, 0, 900, 2), &[]), 1, "no payment");
        assert_eq!(money(order(900, 0, 900, 2), &[payment(800, 0)]), 1, "another amount was taken");
        assert_eq!(money(order(900, 300, 600, 2), &[payment(900, 0)]), 1, "the refund is missing");
        assert_eq!(compare_money(&[], &[payment(900, 0)]).len(), 1, "a payment without an order");
        let sold = |pieces| [inventory::SoldPieces { order_id: uuid::Uuid::nil(), pieces }];
        assert_eq!(compare_goods(&[order(900, 0, 900, 2)], &sold(2)).len(), 0);
        assert_eq!(compare_goods(&[order(900, 0, 900, 2)], &sold(3)).len(), 1, "too many left");
        assert_eq!(compare_goods(&[], &sold(1)).len(), 1, "goods without an order");
    }

    #[test]
    fn finds_what_stats_counted_wrongly() {
        let counted = |paid, refunded| [stats::OrderMoney { order_id: uuid::Uuid::nil(), paid, refunded }];
        assert_eq!(compare_stats(&counted(900, 300), &[payment(900, 300)]).len(), 0);
        assert_eq!(compare_stats(&counted(901, 300), &[payment(900, 300)]).len(), 1, "another amount");
        assert_eq!(compare_stats(&counted(900, 299), &[payment(900, 300)]).len(), 1, "another refund");
        assert_eq!(compare_stats(&counted(1_800, 600), &[payment(900, 300)]).len(), 2, "counted twice");
        assert_eq!(compare_stats(&[], &[payment(900, 300)]).len(), 1, "not counted");
        assert_eq!(compare_stats(&counted(900, 0), &[]).len(), 1, "counted without a payment");
    }
}
