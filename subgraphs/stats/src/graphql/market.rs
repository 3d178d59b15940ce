//! The whole market's sales, for staff.

use async_graphql::{Context, Object, SimpleObject};
use chrono::Datelike as _;
use platform::business_days::day_in_seoul;
use platform::date::Date;
use platform::errors::{ErrorCode, GraphError};
use platform::identity::request_context;
use platform::money::Money;

use super::files::file;
use super::points::{FunnelPoint, ProductRanking, SalesPoint, SellerRanking};
use super::sales::{database, funnel, places, products, sales, totals};
use crate::model::{SalesUnit, StatsReport};
use crate::reports::{self, CohortRow, Scope};
use crate::rules::rate;

/// The whole market's sales in some days.
pub(crate) struct MarketStats {
    pub(crate) scope: Scope,
}

/// The whole market's sales in some days. Sales count on the day of their payment, refunds on the day on which the money goes
/// back; both are the ledger's, to the won.
#[Object]
impl MarketStats {
    /// All of it.
    async fn totals(&self, ctx: &Context<'_>) -> async_graphql::Result<SalesPoint> {
        Ok(totals(ctx, self.scope).await?)
    }

    /// Day by day, or hour by hour for at most 31 days; none is left out.
    async fn sales(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "SalesUnit::Day")] unit: SalesUnit,
    ) -> async_graphql::Result<Vec<SalesPoint>> {
        Ok(sales(ctx, self.scope, unit).await?)
    }

    /// How far the lines came that were ordered in these days.
    async fn funnel(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FunnelPoint>> {
        Ok(funnel(ctx, self.scope).await?)
    }

    /// The products that brought most.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
    ) -> async_graphql::Result<Vec<ProductRanking>> {
        Ok(products(ctx, self.scope, first).await?)
    }

    /// The sellers that brought most.
    async fn sellers(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
    ) -> async_graphql::Result<Vec<SellerRanking>> {
        let limit = places(first)?;
        let mut connection = database(ctx)?.connection().await.map_err(GraphError::from)?;
        let rows = reports::sellers(&mut connection, self.scope, limit).await.map_err(GraphError::from)?;
        Ok(SellerRanking::all(rows))
    }

    /// Buyers by the month of their first purchase, for the months that begin or end in these days.
    async fn cohorts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Cohort>> {
        let first_day = |day: chrono::NaiveDate| day.with_day(1).unwrap_or(day);
        let from = first_day(day_in_seoul(self.scope.from));
        let to = first_day(day_in_seoul(self.scope.to - chrono::TimeDelta::seconds(1)));
        let mut connection = database(ctx)?.connection().await.map_err(GraphError::from)?;
        Ok(Cohort::all(&reports::cohorts(&mut connection, from, to).await.map_err(GraphError::from)?))
    }

    /// How many people signed up.
    async fn registrations(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let mut connection = database(ctx)?.connection().await.map_err(GraphError::from)?;
        let count = reports::registrations(&mut connection, self.scope).await.map_err(GraphError::from)?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// What was looked for most.
    async fn searches(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
    ) -> async_graphql::Result<Vec<SearchRanking>> {
        let limit = places(first)?;
        let mut connection = database(ctx)?.connection().await.map_err(GraphError::from)?;
        let rows = reports::searches(&mut connection, self.scope, limit).await.map_err(GraphError::from)?;
        let ranked = |(row, rank): (reports::SearchRow, i32)| SearchRanking {
            rank,
            term: row.term,
            searches: i32::try_from(row.searches).unwrap_or(i32::MAX),
        };
        Ok(rows.into_iter().zip(1..).map(ranked).collect())
    }

    /// A report as the text of a CSV file that spreadsheets open. The reports on 부가가치세 are a seller's.
    async fn csv(&self, ctx: &Context<'_>, report: StatsReport) -> async_graphql::Result<String> {
        if matches!(report, StatsReport::VatByMonth | StatsReport::VatByQuarter) {
            return Err(GraphError::new(ErrorCode::BadUserInput, "A seller declares VAT, not the market").into());
        }
        Ok(file(database(ctx)?, self.scope, report, request_context(ctx).language).await?)
    }
}

/// The buyers whose first purchase was in one month.
#[derive(SimpleObject)]
pub(crate) struct Cohort {
    /// The month's first day.
    month: Date,
    /// How many they are.
    buyers: i32,
    /// What they did in that month and since.
    months: Vec<CohortMonth>,
}

/// What a cohort did in one month.
#[derive(SimpleObject)]
pub(crate) struct CohortMonth {
    /// How many months after the first purchase; 0 is its own month.
    later: i32,
    /// How many bought.
    buyers: i32,
    /// Their part of the cohort, from 0 to 1.
    rate: f64,
    /// What they paid.
    gmv: Money,
}

impl Cohort {
    fn all(rows: &[CohortRow]) -> Vec<Self> {
        rows.chunk_by(|a, b| a.cohort == b.cohort)
            .filter_map(|rows| {
                let first = rows.first()?;
                let month = |row: &CohortRow| CohortMonth {
                    later: row.later,
                    buyers: i32::try_from(row.buyers).unwrap_or(i32::MAX),
                    rate: rate(row.buyers, first.buyers),
                    gmv: Money::krw(row.gmv),
                };
                Some(Self {
                    month: Date(first.cohort),
                    buyers: i32::try_from(first.buyers).unwrap_or(i32::MAX),
                    months: rows.iter().map(month).collect(),
                })
            })
            .collect()
    }
}

/// What was looked for, among other things.
#[derive(SimpleObject)]
pub(crate) struct SearchRanking {
    /// Its place, from 1 on.
    rank: i32,
    /// What was typed, in lower case.
    term: String,
    /// How often.
    searches: i32,
}
