//! Suggestions and trends.

use async_graphql::{Enum, SimpleObject};

use super::references::{Brand, Category, Product};
use crate::model::{BrandId, CategoryId, ProductId, SuggestionKind};
use crate::store::TrendRow;
use crate::suggest::Suggested;

/// Something to look for.
#[derive(SimpleObject)]
pub(crate) struct Suggestion {
    /// What it is.
    kind: SuggestionKind,
    /// What to look for, or the name.
    text: String,
    /// The brand of a BRAND.
    brand: Option<Brand>,
    /// The category of a CATEGORY.
    category: Option<Category>,
    /// The product of a PRODUCT.
    product: Option<Product>,
}

impl From<Suggested> for Suggestion {
    fn from(Suggested { kind, text, id }: Suggested) -> Self {
        let of = |wanted: SuggestionKind| id.filter(|_| kind == wanted);
        Self {
            kind,
            text,
            brand: of(SuggestionKind::Brand).map(|id| Brand { id: BrandId(id) }),
            category: of(SuggestionKind::Category).map(|id| Category { id: CategoryId(id) }),
            product: of(SuggestionKind::Product).map(|id| Product { id: ProductId(id) }),
        }
    }
}

/// Whether more people look for it than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum TrendDirection {
    /// Nobody looked for it in the window before.
    New,
    /// More people than in the window before.
    Up,
    /// As many.
    Same,
    /// Fewer.
    Down,
}

/// What people look for.
#[derive(SimpleObject)]
pub(crate) struct TrendingSearch {
    /// The place in the list, from 1.
    rank: i32,
    /// What they look for.
    term: String,
    /// Whether more people look for it than before.
    direction: TrendDirection,
}

impl TrendingSearch {
    pub(crate) fn new(rank: i32, row: &TrendRow) -> Self {
        let direction = match row.people.cmp(&row.before) {
            _ if row.before == 0 => TrendDirection::New,
            std::cmp::Ordering::Greater => TrendDirection::Up,
            std::cmp::Ordering::Equal => TrendDirection::Same,
            std::cmp::Ordering::Less => TrendDirection::Down,
        };
        Self { rank, term: row.term.clone(), direction }
    }
}
