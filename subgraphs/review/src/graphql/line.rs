//! What reviews add to a line of an order, and purchases that wait for a review.

use async_graphql::{ComplexObject, Context, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use platform::identity::{SignedIn, current_principal};

use super::product::Product;
use super::references::ProductVariant;
use super::review::{Review, may_read};
use crate::actions::Reviews;
use crate::loaders::Loaders;
use crate::model::{ConfirmedLineRow, LineId};

/// One variant bought.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct OrderLine {
    /// The line's id.
    pub(crate) id: LineId,
}

#[ComplexObject]
impl OrderLine {
    /// The review of what was bought; null when there is none, or none for the one who asks.
    async fn review(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Review>> {
        let row = ctx.data::<Loaders>()?.review_of_line(self.id).await?;
        Ok(row.filter(|row| may_read(ctx, row)).map(|row| Review { row }))
    }

    /// Until when the buyer can write the review; null for anybody else, before the purchase is confirmed, and when there
    /// is a review.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn reviewable_until(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<DateTime<Utc>>> {
        let buyer = current_principal(ctx).user_id;
        let row = ctx.data::<Loaders>()?.reviewable_line(self.id).await?;
        let row = row.filter(|row| buyer == Some(row.buyer_id.0));
        Ok(row.map(|row| deadline(ctx, &row)).transpose()?.filter(|until| *until > Utc::now()))
    }
}

fn deadline(ctx: &Context<'_>, row: &ConfirmedLineRow) -> async_graphql::Result<DateTime<Utc>> {
    let within = ctx.data::<Reviews>()?.settings.write_within;
    Ok(row.confirmed_at + TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX))
}

/// A purchase that its buyer can review.
#[derive(SimpleObject)]
pub(crate) struct ReviewableLine {
    /// The line of the order.
    line: OrderLine,
    /// The product.
    product: Product,
    /// The variant.
    variant: ProductVariant,
    /// The product's title when it was bought.
    title: String,
    /// The variant's name when it was bought.
    variant_name: String,
    /// When the purchase was confirmed.
    confirmed_at: DateTime<Utc>,
    /// Until when the review can be written.
    reviewable_until: DateTime<Utc>,
}

impl ReviewableLine {
    pub(crate) fn new(row: ConfirmedLineRow, write_within: TimeDelta) -> Self {
        Self {
            line: OrderLine { id: row.line_id },
            product: Product { id: row.product_id },
            variant: ProductVariant { id: row.variant_id },
            reviewable_until: row.confirmed_at + write_within,
            title: row.title,
            variant_name: row.variant_name,
            confirmed_at: row.confirmed_at,
        }
    }
}
