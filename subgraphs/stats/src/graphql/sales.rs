//! A seller's sales, or the whole market's, in some days.

use async_graphql::{Context, Object};
use platform::database::Database;
use platform::errors::{ErrorCode, GraphError};
use platform::identity::request_context;

use super::files::file;
use super::points::{FunnelPoint, ProductRanking, SalesPoint, VatPeriod};
use crate::model::{SalesUnit, SellerId, StatsReport, VatUnit};
use crate::reports::{self, Scope};

/// The longest series of hours, in days.
const MOST_DAYS_OF_HOURS: i64 = 31;
/// The most places of a ranking.
const MOST_PLACES: i32 = 100;

/// A place count within its limits.
pub(crate) fn places(first: i32) -> Result<i64, GraphError> {
    if (0..=MOST_PLACES).contains(&first) {
        return Ok(i64::from(first));
    }
    Err(GraphError::new(ErrorCode::InvalidPage, "A ranking has 0 to 100 places"))
}

/// A seller's sales in some days.
pub(crate) struct SellerStats {
    pub(crate) seller: SellerId,
    pub(crate) scope: Scope,
}

/// A seller's sales in some days. Sales count on the day of their payment, refunds on the day on which the money goes back.
#[Object]
impl SellerStats {
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

    /// 부가가치세: what the seller declares, clipped to these days.
    async fn vat(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "VatUnit::Month")] unit: VatUnit,
    ) -> async_graphql::Result<Vec<VatPeriod>> {
        let mut connection = ctx.data::<Database>()?.connection().await.map_err(GraphError::from)?;
        let rows = reports::vat(&mut connection, self.seller, self.scope, unit).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(VatPeriod::from).collect())
    }

    /// A report as the text of a CSV file that spreadsheets open.
    async fn csv(&self, ctx: &Context<'_>, report: StatsReport) -> async_graphql::Result<String> {
        Ok(file(ctx.data()?, self.scope, report, request_context(ctx).language).await?)
    }
}

pub(crate) async fn totals(ctx: &Context<'_>, scope: Scope) -> Result<SalesPoint, GraphError> {
    let mut connection = database(ctx)?.connection().await?;
    let row = reports::sales(&mut connection, scope, None).await?.into_iter().next();
    row.map(SalesPoint::from).ok_or_else(|| GraphError::internal("no row of totals"))
}

pub(crate) async fn sales(ctx: &Context<'_>, scope: Scope, unit: SalesUnit) -> Result<Vec<SalesPoint>, GraphError> {
    check_unit(scope, unit)?;
    let mut connection = database(ctx)?.connection().await?;
    Ok(reports::sales(&mut connection, scope, Some(unit)).await?.into_iter().map(SalesPoint::from).collect())
}

/// Refuses a series of more points than a chart has.
pub(crate) fn check_unit(scope: Scope, unit: SalesUnit) -> Result<(), GraphError> {
    if unit == SalesUnit::Hour && (scope.to - scope.from).num_days() > MOST_DAYS_OF_HOURS {
        return Err(GraphError::new(ErrorCode::BadUserInput, "Hours are told for at most 31 days"));
    }
    Ok(())
}

pub(crate) async fn funnel(ctx: &Context<'_>, scope: Scope) -> Result<Vec<FunnelPoint>, GraphError> {
    let mut connection = database(ctx)?.connection().await?;
    Ok(FunnelPoint::all(&reports::funnel(&mut connection, scope).await?))
}

pub(crate) async fn products(ctx: &Context<'_>, scope: Scope, first: i32) -> Result<Vec<ProductRanking>, GraphError> {
    let limit = places(first)?;
    let mut connection = database(ctx)?.connection().await?;
    Ok(ProductRanking::all(reports::products(&mut connection, scope, limit).await?))
}

pub(crate) fn database<'a>(ctx: &Context<'a>) -> Result<&'a Database, GraphError> {
    ctx.data::<Database>().map_err(|error| GraphError::internal(error.message))
}
