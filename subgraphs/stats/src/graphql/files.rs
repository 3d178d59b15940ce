//! Reports as CSV files.

use chrono::{DateTime, Utc};
use platform::business_days::{day_in_seoul, time_in_seoul};
use platform::csv_file;
use platform::database::Database;
use platform::errors::GraphError;
use platform::language::Language;

use super::sales::check_unit;
use crate::model::{SalesUnit, StatsReport, VatUnit};
use crate::reports::{self, SalesRow, Scope};
use crate::rules::{header, split_vat};

/// The most products in a file.
const MOST_PRODUCTS: i64 = 10_000;

/// The text of a report's file, its columns in the language of the request.
pub(crate) async fn file(
    database: &Database,
    scope: Scope,
    report: StatsReport,
    language: Language,
) -> Result<String, GraphError> {
    let text = match report {
        StatsReport::SalesByDay => sales(database, scope, SalesUnit::Day, language).await?,
        StatsReport::SalesByHour => sales(database, scope, SalesUnit::Hour, language).await?,
        StatsReport::Funnel => funnel(database, scope, language).await?,
        StatsReport::Products => products(database, scope, language).await?,
        StatsReport::VatByMonth => vat(database, scope, VatUnit::Month, language).await?,
        StatsReport::VatByQuarter => vat(database, scope, VatUnit::Quarter, language).await?,
    };
    text.map_err(GraphError::internal)
}

async fn sales(
    database: &Database,
    scope: Scope,
    unit: SalesUnit,
    language: Language,
) -> Result<Result<String, String>, GraphError> {
    check_unit(scope, unit)?;
    let rows = reports::sales(&mut *database.connection().await?, scope, Some(unit)).await?;
    let when = |at: DateTime<Utc>| match unit {
        SalesUnit::Day => day_in_seoul(at).to_string(),
        SalesUnit::Hour => format!("{} {}", day_in_seoul(at), time_in_seoul(at).format("%H:%M")),
    };
    let names = [
        ("일시", "when"),
        ("주문수", "orders"),
        ("구매자수", "buyers"),
        ("판매수량", "units"),
        ("거래액", "gmv"),
        ("환불액", "refunds"),
        ("순매출", "net"),
    ];
    let row = |row: SalesRow| {
        let numbers = [row.orders, row.buyers, row.units, row.gmv, row.refunds, row.gmv - row.refunds];
        std::iter::once(when(row.at)).chain(numbers.map(|number| number.to_string())).collect::<Vec<_>>()
    };
    Ok(csv_file::write(header(language, &names), rows.into_iter().map(row)))
}

async fn funnel(database: &Database, scope: Scope, language: Language) -> Result<Result<String, String>, GraphError> {
    let rows = reports::funnel(&mut *database.connection().await?, scope).await?;
    let names = [("단계", "step"), ("상품수", "lines"), ("주문수", "orders"), ("금액", "amount")];
    let row = |row: reports::FunnelRow| {
        vec![row.step.as_str().to_owned(), row.lines.to_string(), row.orders.to_string(), row.amount.to_string()]
    };
    Ok(csv_file::write(header(language, &names), rows.into_iter().map(row)))
}

async fn products(database: &Database, scope: Scope, language: Language) -> Result<Result<String, String>, GraphError> {
    let rows = reports::products(&mut *database.connection().await?, scope, MOST_PRODUCTS).await?;
    let names = [
        ("상품번호", "product"),
        ("상품명", "title"),
        ("판매수량", "units"),
        ("거래액", "gmv"),
        ("환불액", "refunds"),
        ("순매출", "net"),
    ];
    let row = |row: reports::ProductRow| {
        let numbers = [row.units, row.gmv, row.refunds, row.gmv - row.refunds].map(|number| number.to_string());
        [row.product_id.to_string(), row.title.unwrap_or_default()].into_iter().chain(numbers).collect::<Vec<_>>()
    };
    Ok(csv_file::write(header(language, &names), rows.into_iter().map(row)))
}

async fn vat(
    database: &Database,
    scope: Scope,
    unit: VatUnit,
    language: Language,
) -> Result<Result<String, String>, GraphError> {
    let rows = match scope.seller {
        Some(seller) => reports::vat(&mut *database.connection().await?, seller, scope, unit).await?,
        None => Vec::new(),
    };
    let names = [
        ("과세기간", "period"),
        ("매출", "sales"),
        ("취소·반품", "returns"),
        ("과세금액", "taxable"),
        ("공급가액", "supplyValue"),
        ("부가세", "vat"),
        ("면세 매출", "taxFreeSales"),
        ("면세 취소·반품", "taxFreeReturns"),
        ("면세금액", "taxFree"),
    ];
    let row = |row: reports::VatRow| {
        let taxable = row.sales - row.returns;
        let (supply, tax) = split_vat(taxable);
        let exempt = row.exempt_sales - row.exempt_returns;
        let numbers = [row.sales, row.returns, taxable, supply, tax, row.exempt_sales, row.exempt_returns, exempt];
        let numbers = numbers.map(|number| number.to_string());
        std::iter::once(row.period.to_string()).chain(numbers).collect::<Vec<_>>()
    };
    Ok(csv_file::write(header(language, &names), rows.into_iter().map(row)))
}
