//! Batched reads for entity resolvers and nested fields.

use platform::database::Database;
use platform::errors::GraphError;
use platform::loader::Loader;

use crate::model::{AuthorRow, ConfirmedLineRow, LineId, ProductId, RatingRow, ReviewId, ReviewRow, UserId};
use crate::store;

/// One loader per kind of key.
pub(crate) struct Loaders {
    reviews: Loader<ReviewId, ReviewRow>,
    by_line: Loader<LineId, ReviewRow>,
    reviewable: Loader<LineId, ConfirmedLineRow>,
    ratings: Loader<ProductId, RatingRow>,
    authors: Loader<UserId, AuthorRow>,
}

/// A loader that reads rows with a query of the store and finds each under the key that it has.
macro_rules! loader {
    ($database:expr, $query:path, $key:ident) => {{
        let database = $database.clone();
        Loader::new(move |ids: Vec<_>| {
            let database = database.clone();
            async move {
                let rows = $query(&mut *database.connection().await?, &ids).await?;
                Ok(rows.into_iter().map(|row| (row.$key, row)).collect())
            }
        })
    }};
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        Self {
            reviews: loader!(database, store::reviews_by_id, id),
            by_line: loader!(database, store::reviews_by_line, line_id),
            reviewable: loader!(database, store::reviewable_lines, line_id),
            ratings: loader!(database, store::ratings, product_id),
            authors: loader!(database, store::authors, user_id),
        }
    }

    pub(crate) async fn review(&self, id: ReviewId) -> Result<Option<ReviewRow>, GraphError> {
        self.reviews.load(id).await
    }

    pub(crate) async fn review_of_line(&self, id: LineId) -> Result<Option<ReviewRow>, GraphError> {
        self.by_line.load(id).await
    }

    pub(crate) async fn reviewable_line(&self, id: LineId) -> Result<Option<ConfirmedLineRow>, GraphError> {
        self.reviewable.load(id).await
    }

    pub(crate) async fn rating(&self, id: ProductId) -> Result<RatingRow, GraphError> {
        Ok(self.ratings.load(id).await?.unwrap_or(RatingRow::none(id)))
    }

    pub(crate) async fn author(&self, id: UserId) -> Result<Option<AuthorRow>, GraphError> {
        self.authors.load(id).await
    }
}
