//! The query, and what stats add to a seller.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use platform::date::Date;
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{AnyScope, Scope, current_principal, request_context};

use super::market::MarketStats;
use super::sales::SellerStats;
use crate::model::SellerId;
use crate::reports;

/// The longest time that is told of at once, in days.
const MOST_DAYS: i64 = 366;

/// The days that are asked for, both included.
fn scope(seller: Option<SellerId>, from: Date, to: Date) -> Result<reports::Scope, GraphError> {
    let days = (to.0 - from.0).num_days() + 1;
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(GraphError::new(
            ErrorCode::BadUserInput,
            "From a day to the same or a later one, at most 366 days",
        ));
    }
    Ok(reports::Scope::days(seller, from.0, to.0))
}

pub(crate) struct Query;

#[Object]
impl Query {
    /// The whole market's sales in some days of Seoul, both included, at most 366. Staff only.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn market_stats(&self, from: Date, to: Date) -> async_graphql::Result<MarketStats> {
        Ok(MarketStats { scope: scope(None, from, to)? })
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_seller(&self, id: ID) -> Option<Seller> {
        id.parse().ok().map(|id| Seller { id })
    }
}

/// A seller.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Seller {
    /// The seller's id.
    pub(crate) id: SellerId,
}

#[ComplexObject]
impl Seller {
    /// The seller's sales in some days of Seoul, both included, at most 366. For the seller's members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff",
        guard = "AnyScope(&[Scope::Seller, Scope::Staff])"
    )]
    async fn stats(&self, ctx: &Context<'_>, from: Date, to: Date) -> async_graphql::Result<SellerStats> {
        let principal = current_principal(ctx);
        if !principal.acts_for(self.id.0) && !principal.has_scope(Scope::Staff) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        Ok(SellerStats { seller: self.id, scope: scope(Some(self.id), from, to)? })
    }
}
