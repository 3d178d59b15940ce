//! Many reviews at once, for demonstration and load work.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::append_all;
use uuid::Uuid;

use crate::events::RatingChanged;
use crate::model::{LineId, ProductId, RatingRow, ReviewId, SellerId, UserId, VariantId};
use crate::statements::{VoteMany, WriteReviews};
use crate::{rules, store};

/// How many reviews one statement writes.
const CHUNK: usize = 2_000;

/// Who writes.
#[derive(Clone, Debug)]
pub struct SeedAuthor {
    /// The person's id, without its prefix.
    pub id: Uuid,
    /// The person's name; readers see it masked.
    pub name: String,
    /// Since when the person is called so.
    pub registered_at: DateTime<Utc>,
}

/// A published review.
#[derive(Clone, Debug)]
pub struct SeedReview {
    /// The review's id, without its prefix.
    pub id: Uuid,
    /// The line that it is about; no other review has it.
    pub line_id: Uuid,
    /// Who wrote it.
    pub author_id: Uuid,
    /// The product's seller.
    pub seller_id: Uuid,
    /// The product.
    pub product_id: Uuid,
    /// The variant.
    pub variant_id: Uuid,
    /// The variant's name.
    pub variant_name: String,
    /// One to five.
    pub stars: i16,
    /// What it says.
    pub body: String,
    /// Addresses of photos.
    pub photos: Vec<String>,
    /// When the purchase was confirmed.
    pub confirmed_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// What the seller answered.
    pub reply: Option<String>,
    /// Who finds it helpful; everybody once, without the author.
    pub helpful_to: Vec<Uuid>,
}

/// Keeps how authors are called. Repeating it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn seed_authors(database: &Database, authors: &[SeedAuthor]) -> Result<(), GraphError> {
    let mut connection = database.connection().await?;
    for author in authors {
        let name = rules::masked(&author.name);
        store::name_author(&mut connection, UserId(author.id), &name, author.registered_at).await?;
    }
    Ok(())
}

/// Writes those reviews that are new, with their products' ratings, which it tells. Repeating it changes nothing.
///
/// # Errors
/// When the database fails, or a number of stars is out of range.
pub async fn seed(database: &Database, reviews: &[SeedReview]) -> Result<(), GraphError> {
    for chunk in reviews.chunks(CHUNK) {
        let statement = WriteReviews {
            ids: chunk.iter().map(|review| ReviewId(review.id)).collect(),
            lines: chunk.iter().map(|review| LineId(review.line_id)).collect(),
            authors: chunk.iter().map(|review| UserId(review.author_id)).collect(),
            sellers: chunk.iter().map(|review| SellerId(review.seller_id)).collect(),
            products: chunk.iter().map(|review| ProductId(review.product_id)).collect(),
            variants: chunk.iter().map(|review| VariantId(review.variant_id)).collect(),
            variant_names: chunk.iter().map(|review| review.variant_name.clone()).collect(),
            stars: chunk.iter().map(|review| review.stars).collect(),
            bodies: chunk.iter().map(|review| review.body.clone()).collect(),
            photos: chunk.iter().map(|review| review.photos.join("\n")).collect(),
            confirmed_at: chunk.iter().map(|review| review.confirmed_at).collect(),
            created_at: chunk.iter().map(|review| review.created_at).collect(),
            replies: chunk.iter().map(|review| review.reply.clone()).collect(),
        };
        let votes: Vec<(ReviewId, UserId)> = chunk
            .iter()
            .flat_map(|review| review.helpful_to.iter().map(|voter| (ReviewId(review.id), UserId(*voter))))
            .collect();
        let votes = VoteMany {
            review_ids: votes.iter().map(|(review, _)| *review).collect(),
            user_ids: votes.iter().map(|(_, voter)| *voter).collect(),
        };
        let mut connection = database.connection().await?;
        connection
            .transaction(async |connection| {
                let ratings: Vec<RatingRow> = statement.load(connection).await?;
                votes.execute(connection).await?;
                let facts: Vec<RatingChanged> = ratings.iter().map(RatingChanged::from).collect();
                if facts.is_empty() { Ok(()) } else { append_all(connection, &facts, None).await }
            })
            .await?;
    }
    Ok(())
}
