//! The queries and the entities.

use async_graphql::{Context, ID, Object, SimpleObject};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope};
use platform::paging::{Connection, PageRequest};

use super::item::SettlementItem;
use super::payout::Payout;
use super::rate::{Category, CommissionRate};
use super::settlement::{Seller, Settlement, settlements};
use super::{desk, may_see, require_insider};
use crate::loaders::Loaders;
use crate::model::{
    ItemId, ItemRow, PayoutId, PayoutRow, PayoutState, RateId, SellerId, SettlementCadence, SettlementId,
    SettlementItemState,
};
use crate::store;

/// The most rates that are listed.
const MOST_RATES: i64 = 500;

/// How a seller is settled with.
#[derive(SimpleObject)]
pub(crate) struct SettlementAccount {
    /// How often.
    pub(crate) cadence: SettlementCadence,
    /// How many business days after its period a statement is paid.
    pub(crate) lag: i32,
    /// What of a statement is held back for a while, in basis points.
    pub(crate) holdback: i32,
}

impl SettlementAccount {
    pub(super) fn of(ctx: &Context<'_>, row: &store::AccountRow) -> async_graphql::Result<Self> {
        let desk = desk(ctx)?;
        let lag = row.lag.unwrap_or_else(|| i32::try_from(desk.settings.lag).unwrap_or(0));
        Ok(Self { cadence: row.cadence.unwrap_or(desk.cadence), lag, holdback: row.holdback })
    }
}

pub(crate) struct Query;

#[Object]
impl Query {
    /// A closed statement. For the seller's members and staff; null for anybody else.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements])"
    )]
    async fn settlement(&self, ctx: &Context<'_>, id: SettlementId) -> async_graphql::Result<Option<Settlement>> {
        settlement_by_id(ctx, id).await
    }

    /// Closed statements, of a seller or of all, the newest first. Of all for staff alone.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements])"
    )]
    async fn settlements(
        &self,
        ctx: &Context<'_>,
        seller_id: Option<SellerId>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Settlement>> {
        match seller_id {
            Some(seller) => require_insider(ctx, seller)?,
            None => platform::identity::require_any_scope(ctx, &[Scope::StaffSettlements])?,
        }
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        settlements(ctx, seller_id, page).await
    }

    /// A seller's items, the newest first. For its members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements])"
    )]
    #[expect(clippy::too_many_arguments, reason = "a connection has four")]
    async fn settlement_items(
        &self,
        ctx: &Context<'_>,
        seller_id: SellerId,
        state: Option<SettlementItemState>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<SettlementItem>> {
        require_insider(ctx, seller_id)?;
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let database = desk(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::items_page(&mut connection, seller_id, state, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move { Ok(store::items_count(&mut *database.connection().await?, seller_id, state).await?) })
                as _
        };
        Ok(Connection::new(page.finish(rows), |row: &ItemRow| (row.created_at, row.id.0), SettlementItem, count))
    }

    /// How a seller is settled with. For its members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements])"
    )]
    async fn settlement_account(
        &self,
        ctx: &Context<'_>,
        seller_id: SellerId,
    ) -> async_graphql::Result<SettlementAccount> {
        require_insider(ctx, seller_id)?;
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let row = store::account(&mut connection, seller_id).await.map_err(GraphError::from)?;
        SettlementAccount::of(ctx, &row)
    }

    /// Payouts, the newest first. For staff.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn payouts(
        &self,
        ctx: &Context<'_>,
        state: Option<PayoutState>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Payout>> {
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let database = desk(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::payouts_page(&mut connection, state, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move { Ok(store::payouts_count(&mut *database.connection().await?, state).await?) }) as _
        };
        Ok(Connection::new(page.finish(rows), |row: &PayoutRow| (row.requested_at, row.id.0), Payout, count))
    }

    /// A payout. For the seller's members and staff; null for anybody else.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements])"
    )]
    async fn payout(&self, ctx: &Context<'_>, id: PayoutId) -> async_graphql::Result<Option<Payout>> {
        payout_by_id(ctx, id).await
    }

    /// The commission rates that were set, the newest first; past and coming ones included. For sellers and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements])"
    )]
    async fn commission_rates(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<CommissionRate>> {
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::rates(&mut connection, MOST_RATES).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(CommissionRate).collect())
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_settlement(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Settlement>> {
        match id.parse() {
            Ok(id) => settlement_by_id(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_payout(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Payout>> {
        match id.parse() {
            Ok(id) => payout_by_id(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_settlement_item(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<SettlementItem>> {
        let Ok(id) = id.parse::<ItemId>() else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.items.load(id).await?;
        Ok(row.filter(|row| may_see(ctx, row.seller_id)).map(SettlementItem))
    }

    #[graphql(entity)]
    async fn find_commission_rate(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<CommissionRate>> {
        let Ok(id) = id.parse::<RateId>() else { return Ok(None) };
        Ok(ctx.data::<Loaders>()?.rates.load(id).await?.map(CommissionRate))
    }

    #[graphql(entity)]
    async fn find_seller(&self, id: ID) -> Option<Seller> {
        id.parse().ok().map(|id| Seller { id })
    }

    #[graphql(entity)]
    async fn find_category(&self, id: ID) -> Option<Category> {
        id.parse().ok().map(|id| Category { id })
    }
}

async fn settlement_by_id(ctx: &Context<'_>, id: SettlementId) -> async_graphql::Result<Option<Settlement>> {
    let row = ctx.data::<Loaders>()?.settlements.load(id).await?;
    Ok(row.filter(|row| may_see(ctx, row.seller_id)).map(Settlement))
}

async fn payout_by_id(ctx: &Context<'_>, id: PayoutId) -> async_graphql::Result<Option<Payout>> {
    let row = ctx.data::<Loaders>()?.payouts.load(id).await?;
    Ok(row.filter(|row| may_see(ctx, row.seller_id)).map(Payout))
}
