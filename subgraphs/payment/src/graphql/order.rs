//! What payment adds to an order.

use async_graphql::{ComplexObject, Context, SimpleObject};
use platform::identity::{SignedIn, authenticated};

use super::payment::{Payment, may_see};
use crate::loaders::Loaders;
use crate::model::OrderId;

/// An order.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Order {
    /// The order's id.
    pub(crate) id: OrderId,
}

#[ComplexObject]
impl Order {
    /// The order's payments: the buyer's own, or all of them for staff.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn payments(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Payment>> {
        let row = ctx.data::<Loaders>()?.payment_of_order(self.id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(|row| Payment { row }).into_iter().collect())
    }
}
