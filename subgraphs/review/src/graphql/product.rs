//! What reviews add to a product.

use async_graphql::{ComplexObject, Context, SimpleObject};
use platform::paging::Connection;

use super::list::{Page, ReviewWhere, reviews};
use super::review::Review;
use crate::loaders::Loaders;
use crate::model::{ProductId, RatingRow, ReviewSort};
use crate::rules;
use crate::store::ReviewFilter;

/// A product.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Product {
    /// The product's id.
    pub(crate) id: ProductId,
}

#[ComplexObject]
impl Product {
    /// What confirmed buyers say of it.
    #[allow(clippy::too_many_arguments, reason = "a connection's arguments, with a filter and an order")]
    async fn reviews(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<ReviewWhere>,
        #[graphql(default_with = "ReviewSort::Newest")] sort: ReviewSort,
    ) -> async_graphql::Result<Connection<Review>> {
        let own = ReviewFilter { product_id: Some(self.id), ..ReviewFilter::default() };
        let filter = filter.unwrap_or_default().narrow(own);
        reviews(ctx, filter, sort, Page { first, after, last, before }).await
    }

    /// What its published reviews come to.
    async fn rating(&self, ctx: &Context<'_>) -> async_graphql::Result<ProductRating> {
        Ok(ctx.data::<Loaders>()?.rating(self.id).await?.into())
    }
}

/// What a product's published reviews come to.
#[derive(SimpleObject)]
pub(crate) struct ProductRating {
    /// The average number of stars with two decimals, rounded half up, as in `4.37`; null without reviews.
    average: Option<String>,
    /// The same in hundredths of a star, as in 437.
    average_hundredths: Option<i32>,
    /// How many reviews count.
    count: i32,
    /// How many have five stars, four, … one: always five elements.
    histogram: Vec<RatingBucket>,
}

/// How many reviews have a number of stars.
#[derive(SimpleObject)]
pub(crate) struct RatingBucket {
    /// The number of stars, 1–5.
    stars: i32,
    /// How many reviews have it.
    count: i32,
}

impl From<RatingRow> for ProductRating {
    fn from(row: RatingRow) -> Self {
        let (count, hundredths) = rules::average(row.histogram());
        let buckets =
            row.histogram().into_iter().zip([1, 2, 3, 4, 5]).map(|(count, stars)| RatingBucket { stars, count });
        Self {
            average: hundredths.map(rules::decimal),
            average_hundredths: hundredths,
            count: i32::try_from(count).unwrap_or(i32::MAX),
            histogram: buckets.rev().collect(),
        }
    }
}
