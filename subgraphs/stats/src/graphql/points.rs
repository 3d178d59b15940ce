//! Rows of the reports, as clients see them.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use platform::business_days::{day_in_seoul, time_in_seoul};
use platform::date::Date;
use platform::money::Money;

use super::query::Seller;
use crate::model::{FunnelStep, ProductId};
use crate::reports::{FunnelRow, ProductRow, SalesRow, SellerRow, VatRow};
use crate::rules::{rate, split_vat};

fn whole(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Sales of an hour, a day or a longer time. Sales count when they are paid, refunds when the money goes back.
#[derive(SimpleObject)]
pub(crate) struct SalesPoint {
    /// When it begins.
    from: DateTime<Utc>,
    /// The day in Seoul on which it begins.
    date: Date,
    /// The hour in Seoul at which it begins, 0 to 23.
    hour: i32,
    /// Orders paid.
    orders: i32,
    /// Buyers who paid.
    buyers: i32,
    /// Pieces sold, less those that were cancelled or sent back.
    units: i32,
    /// What was paid (거래액), shipping included.
    gmv: Money,
    /// What went back.
    refunds: Money,
    /// What was paid, less what went back.
    net: Money,
    /// The refunds' part of what was paid, from 0 on; 0.25 is a quarter.
    refund_rate: f64,
    /// What was paid per order; zero without orders.
    average_order: Money,
}

impl From<SalesRow> for SalesPoint {
    fn from(row: SalesRow) -> Self {
        Self {
            from: row.at,
            date: Date(day_in_seoul(row.at)),
            hour: time_in_seoul(row.at).format("%H").to_string().parse().unwrap_or(0),
            orders: whole(row.orders),
            buyers: whole(row.buyers),
            units: whole(row.units),
            gmv: Money::krw(row.gmv),
            refunds: Money::krw(row.refunds),
            net: Money::krw(row.gmv - row.refunds),
            refund_rate: rate(row.refunds, row.gmv),
            average_order: Money::krw(row.gmv.checked_div(row.orders).unwrap_or(0)),
        }
    }
}

/// How many lines came at least as far as a step.
#[derive(SimpleObject)]
pub(crate) struct FunnelPoint {
    /// The step.
    step: FunnelStep,
    /// The lines.
    lines: i32,
    /// The orders that they belong to.
    orders: i32,
    /// What the lines cost.
    amount: Money,
    /// Their part of all lines that were ordered, from 0 to 1.
    rate: f64,
}

impl FunnelPoint {
    pub(crate) fn all(rows: &[FunnelRow]) -> Vec<Self> {
        let placed = rows.first().map_or(0, |row| row.lines);
        let point = |row: &FunnelRow| Self {
            step: row.step,
            lines: whole(row.lines),
            orders: whole(row.orders),
            amount: Money::krw(row.amount),
            rate: rate(row.lines, placed),
        };
        rows.iter().map(point).collect()
    }
}

/// A product.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Product {
    /// The product's id.
    id: ProductId,
}

/// What a product sold, among others.
#[derive(SimpleObject)]
pub(crate) struct ProductRanking {
    /// Its place, from 1 on.
    rank: i32,
    /// The product, as it is now.
    product: Product,
    /// Its title when it was bought last.
    title: Option<String>,
    /// Pieces sold, less those that came back.
    units: i32,
    /// What its lines cost.
    gmv: Money,
    /// What went back for them.
    refunds: Money,
    /// What stayed.
    net: Money,
}

impl ProductRanking {
    pub(crate) fn all(rows: Vec<ProductRow>) -> Vec<Self> {
        let ranked = |(row, rank): (ProductRow, i32)| Self {
            rank,
            product: Product { id: row.product_id },
            title: row.title,
            units: whole(row.units),
            gmv: Money::krw(row.gmv),
            refunds: Money::krw(row.refunds),
            net: Money::krw(row.gmv - row.refunds),
        };
        rows.into_iter().zip(1..).map(ranked).collect()
    }
}

/// What a seller sold, among others.
#[derive(SimpleObject)]
pub(crate) struct SellerRanking {
    /// Its place, from 1 on.
    rank: i32,
    /// The seller.
    seller: Seller,
    /// Orders with goods of the seller.
    orders: i32,
    /// Pieces sold, less those that came back.
    units: i32,
    /// What was paid to the seller, shipping included.
    gmv: Money,
    /// What went back.
    refunds: Money,
    /// What stayed.
    net: Money,
}

impl SellerRanking {
    pub(crate) fn all(rows: Vec<SellerRow>) -> Vec<Self> {
        let ranked = |(row, rank): (SellerRow, i32)| Self {
            rank,
            seller: Seller { id: row.seller_id },
            orders: whole(row.orders),
            units: whole(row.units),
            gmv: Money::krw(row.gmv),
            refunds: Money::krw(row.refunds),
            net: Money::krw(row.gmv - row.refunds),
        };
        rows.into_iter().zip(1..).map(ranked).collect()
    }
}

/// What a seller declares for a month or a quarter (부가가치세). Goods and shipping are taxed at ten percent, but for goods that
/// were tax-free (면세) when they were bought; discounts that the market pays for do not lessen what is taxed, nor what is
/// tax-free.
#[derive(SimpleObject)]
pub(crate) struct VatPeriod {
    /// The period's first day.
    period: Date,
    /// What was sold of what is taxed, tax included, shipping too.
    sales: Money,
    /// What of all taxed sales was cancelled or came back in the period, tax included.
    returns: Money,
    /// What is taxed: sales − returns; below zero when more came back than was sold.
    taxable: Money,
    /// 공급가액: what is taxed, without the tax.
    supply_value: Money,
    /// 부가세: an eleventh of what is taxed.
    vat: Money,
    /// 면세: what was sold of tax-free goods.
    tax_free_sales: Money,
    /// What of all tax-free sales was cancelled or came back in the period.
    tax_free_returns: Money,
    /// 면세 수입금액: tax-free sales − tax-free returns; below zero when more came back than was sold.
    tax_free: Money,
}

impl From<VatRow> for VatPeriod {
    fn from(row: VatRow) -> Self {
        let taxable = row.sales - row.returns;
        let (supply, tax) = split_vat(taxable);
        Self {
            period: Date(row.period),
            sales: Money::krw(row.sales),
            returns: Money::krw(row.returns),
            taxable: Money::krw(taxable),
            supply_value: Money::krw(supply),
            vat: Money::krw(tax),
            tax_free_sales: Money::krw(row.exempt_sales),
            tax_free_returns: Money::krw(row.exempt_returns),
            tax_free: Money::krw(row.exempt_sales - row.exempt_returns),
        }
    }
}
