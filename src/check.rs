//! The command `check`: what must always hold, verified over the services' own books.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::ValueEnum;
use platform::database::Database;
use platform::service::ServiceDefinition;

use crate::config::Config;

/// What is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// All of it.
    All,
    /// Orders, payments, refunds, the ledger and the stock, to the won and the piece.
    Ledger,
    /// Coupons and their budgets, to the piece and the won.
    Coupons,
    /// Ratings, votes and reports, as the reviews themselves say.
    Reviews,
    /// Settlement items, statements and payouts, and with the orders, to the won; and that sellers are settled with for what
    /// buyers have confirmed, and nothing else. Events that are on their way are not
    /// settled yet.
    Settlement,
    /// What was counted from events, with the payments, to the won. Events that are on their way are not counted yet.
    Stats,
    /// The audit log's chain, entry by entry.
    Audit,
}

/// What a service found in its own books, as lines.
macro_rules! own {
    ($config:expr, $service:ident, $check:ident, $whose:literal) => {{
        let database = connect($config, &$service::SERVICE)?;
        let findings = $service::$check(&database).await.map_err(|error| anyhow!(error))?;
        let lines = findings.into_iter().map(|finding| {
            format!(concat!($whose, ": {}: {} is off by {}"), finding.rule, finding.subject, finding.difference)
        });
        lines.collect::<Vec<String>>()
    }};
}

/// Verifies, prints each finding, and fails when there is one.
pub(crate) async fn run(config: &Config, what: What) -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    let wanted = |one| what == one || what == What::All;
    if wanted(What::Ledger) {
        findings.extend(ledger(config).await?);
    }
    if wanted(What::Coupons) {
        findings.extend(own!(config, coupon, check_coupons, "coupon"));
    }
    if wanted(What::Reviews) {
        findings.extend(own!(config, review, check_ratings, "review"));
    }
    if wanted(What::Settlement) {
        findings.extend(own!(config, settlement, check_settlement, "settlement"));
        findings.extend(settled(config).await?);
    }
    if wanted(What::Stats) {
        findings.extend(counted(config).await?);
    }
    if wanted(What::Audit) {
        findings.extend(own!(config, admin, check_audit, "audit"));
    }
    for finding in &findings {
        println!("{finding}");
    }
    println!("findings: {}", findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The command `rebuild-stats`.
pub(crate) async fn rebuild_stats(config: &Config) -> anyhow::Result<()> {
    let database = connect(config, &stats::SERVICE)?;
    stats::rebuild(&database).await.map_err(|error| anyhow!(error.message))
}

fn connect(config: &Config, service: &ServiceDefinition) -> anyhow::Result<Database> {
    Ok(Database::connect(&config.database, config.database_url()?, service.name)?)
}

async fn ledger(config: &Config) -> anyhow::Result<Vec<String>> {
    let mut findings = own!(config, order, check_orders, "order");
    findings.extend(own!(config, payment, check_ledger, "payment"));
    findings.extend(own!(config, inventory, check_stock, "stock"));
    let (orders, payments, stock) =
        (connect(config, &order::SERVICE)?, connect(config, &payment::SERVICE)?, connect(config, &inventory::SERVICE)?);
    let sold = inventory::sold_pieces(&stock).await.map_err(|error| anyhow!(error))?;
    let orders = order::order_totals(&orders).await.map_err(|error| anyhow!(error))?;
    let payments = payment::payment_totals(&payments).await.map_err(|error| anyhow!(error))?;
    findings.extend(compare_money(&orders, &payments));
    findings.extend(compare_goods(&orders, &sold));
    Ok(findings)
}

async fn counted(config: &Config) -> anyhow::Result<Vec<String>> {
    let counted = stats::totals(&connect(config, &stats::SERVICE)?).await.map_err(|error| anyhow!(error))?;
    let payments =
        payment::payment_totals(&connect(config, &payment::SERVICE)?).await.map_err(|error| anyhow!(error))?;
    Ok(compare_stats(&counted, &payments))
}

async fn settled(config: &Config) -> anyhow::Result<Vec<String>> {
    let (settlements, orders) = (connect(config, &settlement::SERVICE)?, connect(config, &order::SERVICE)?);
    let settled = settlement::settled_totals(&settlements).await.map_err(|error| anyhow!(error))?;
    let totals = order::order_totals(&orders).await.map_err(|error| anyhow!(error))?;
    let mut findings = compare_settlement(&totals, &settled);
    let sales = settlement::sale_standings(&settlements).await.map_err(|error| anyhow!(error))?;
    let lines = order::line_confirmations(&orders).await.map_err(|error| anyhow!(error))?;
    findings.extend(compare_confirmations(&lines, &sales));
    Ok(findings)
}

/// Sellers are to have what buyers have confirmed, and nothing else, line by line.
fn compare_confirmations(lines: &[order::LineConfirmation], sales: &[settlement::SaleStanding]) -> Vec<String> {
    let mut eligible: BTreeMap<_, _> = sales.iter().map(|sale| (sale.line_id, sale.is_eligible)).collect();
    let mut findings = Vec::new();
    for line in lines {
        let (id, eligible) = (line.line_id, eligible.remove(&line.line_id));
        match eligible {
            Some(true) if !line.was_confirmed => {
                findings.push(format!("line {id}: its seller is settled with for it, but nobody has confirmed it"));
            }
            Some(false) if line.is_confirmed => {
                findings.push(format!("line {id} is confirmed, but its seller is not settled with for it"));
            }
            None if line.is_confirmed => findings.push(format!("line {id} is confirmed, but has no settlement item")),
            _ => {}
        }
    }
    let unknown = eligible.into_iter().filter(|(_, eligible)| *eligible);
    findings.extend(unknown.map(|(id, _)| format!("line {id}: its seller is settled with for it, but it is not paid")));
    findings
}

/// What sellers are owed commission apart is what buyers keep, order by order.
fn compare_settlement(orders: &[order::OrderTotals], settled: &[settlement::SettledTotals]) -> Vec<String> {
    let mut owed: BTreeMap<_, _> = settled.iter().map(|settled| (settled.order_id, settled.kept)).collect();
    let mut findings = Vec::new();
    for order in orders {
        let (id, off) = (order.order_id, owed.remove(&order.order_id).unwrap_or_default() - order.kept);
        if off != 0 {
            findings.push(format!("order {id}: what is settled is not what its lines cost: off by {off}"));
        }
    }
    findings.extend(owed.keys().map(|id| format!("order {id} is settled, but does not count as paid")));
    findings
}

/// What stats counted is what payments took and gave back, order by order.
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
}

/// Payments − refunds = what the lines that are kept cost, with their shipping and the fees of returns, order by order.
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
            Some(payment) if payment.refunded + payment.waiting != order.refunded => {
                let off = payment.refunded + payment.waiting - order.refunded;
                findings.push(format!("order {id}: what went back is not what had to: off by {off}"));
            }
            Some(payment) if payment.tax_free != order.tax_free => {
                let off = payment.tax_free - order.tax_free;
                findings
                    .push(format!("order {id}: what was taken as tax-free is not what its lines are: off by {off}"));
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
        order::OrderTotals { order_id: uuid::Uuid::nil(), paid, refunded, kept, pieces, tax_free: 0 }
    }

    fn payment(taken: i64, refunded: i64) -> payment::PaymentTotals {
        payment::PaymentTotals { order_id: uuid::Uuid::nil(), taken, refunded, waiting: 0, tax_free: 0 }
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
        let tax_free = payment::PaymentTotals { tax_free: 100, ..payment(900, 0) };
        assert_eq!(money(order(900, 0, 900, 2), &[tax_free]), 1, "another part of it was taken as tax-free");
        let sold = |pieces| [inventory::SoldPieces { order_id: uuid::Uuid::nil(), pieces }];
        assert_eq!(compare_goods(&[order(900, 0, 900, 2)], &sold(2)).len(), 0);
        assert_eq!(compare_goods(&[order(900, 0, 900, 2)], &sold(3)).len(), 1, "too many left");
        assert_eq!(compare_goods(&[], &sold(1)).len(), 1, "goods without an order");
    }

    #[test]
    fn finds_what_is_settled_wrongly() {
        let settled = |kept| [settlement::SettledTotals { order_id: uuid::Uuid::nil(), kept }];
        assert_eq!(compare_settlement(&[order(900, 300, 600, 2)], &settled(600)).len(), 0);
        assert_eq!(compare_settlement(&[order(900, 900, 0, 0)], &[]).len(), 0, "nothing is kept");
        assert_eq!(compare_settlement(&[order(900, 300, 600, 2)], &settled(900)).len(), 1, "the refund is missing");
        assert_eq!(compare_settlement(&[order(900, 0, 900, 2)], &[]).len(), 1, "not settled");
        assert_eq!(compare_settlement(&[], &settled(900)).len(), 1, "settled without an order");
    }

    #[test]
    fn finds_what_is_settled_without_confirmation_and_confirmed_without_settlement() {
        let id = uuid::Uuid::nil();
        let line = |is_confirmed, was_confirmed| [order::LineConfirmation { line_id: id, is_confirmed, was_confirmed }];
        let sale = |is_eligible| [settlement::SaleStanding { line_id: id, is_eligible }];
        let table = [
            (compare_confirmations(&line(true, true), &sale(true)), 0),
            (compare_confirmations(&line(false, false), &sale(false)), 0),
            (compare_confirmations(&line(false, true), &sale(true)), 0),
            (compare_confirmations(&line(false, true), &sale(false)), 0),
            (compare_confirmations(&line(false, false), &[]), 0),
            (compare_confirmations(&[], &sale(false)), 0),
            (compare_confirmations(&line(true, true), &sale(false)), 1),
            (compare_confirmations(&line(true, true), &[]), 1),
            (compare_confirmations(&line(false, false), &sale(true)), 1),
            (compare_confirmations(&[], &sale(true)), 1),
        ];
        for (number, (found, expected)) in table.into_iter().enumerate() {
            assert_eq!(found.len(), expected, "{number}: {found:?}");
        }
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
