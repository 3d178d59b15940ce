//! Lists of products: every filter and order walks an index, a page begins after a key.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;
use serde::{Deserialize, Serialize};

use crate::model::{BrandId, CategoryId, ProductId, ProductRow, ProductState, SellerId};
use crate::schema::product;

/// Where a product stands in a list; the shape says in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ListKey {
    /// By price.
    Price(i64, ProductId),
    /// By time.
    Time(DateTime<Utc>, ProductId),
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ProductOrder {
    /// The newest first.
    Newest,
    /// The longest submitted first.
    Submitted,
    /// The cheapest first.
    Cheapest,
    /// The most expensive first.
    Dearest,
}

impl ProductOrder {
    /// The key of a row in this order.
    pub(crate) fn key(self, row: &ProductRow) -> ListKey {
        match self {
            Self::Newest => ListKey::Time(row.listed_at, row.id),
            Self::Submitted => ListKey::Time(row.submitted_at.unwrap_or(row.created_at), row.id),
            Self::Cheapest | Self::Dearest => ListKey::Price(row.lowest_price, row.id),
        }
    }

    /// Whether the key is one of this order.
    pub(crate) fn has(self, key: ListKey) -> bool {
        match self {
            Self::Newest | Self::Submitted => matches!(key, ListKey::Time(..)),
            Self::Cheapest | Self::Dearest => matches!(key, ListKey::Price(..)),
        }
    }
}

/// Which products a list has; all conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ProductFilter {
    /// Those that buyers see, or also those that they do not.
    pub(crate) only_listed: bool,
    pub(crate) state: Option<ProductState>,
    /// The level of a category in the tree, from 1, and its id.
    pub(crate) category: Option<(usize, CategoryId)>,
    pub(crate) brand_id: Option<BrandId>,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) text: Option<String>,
    pub(crate) min_price: Option<i64>,
    pub(crate) max_price: Option<i64>,
}

impl ProductFilter {
    fn boxed<'a>(&self) -> product::BoxedQuery<'a, Pg> {
        let mut query = product::table.into_boxed();
        if self.only_listed {
            query = query.filter(product::listed);
        }
        if let Some(state) = self.state {
            query = query.filter(product::state.eq(state));
        }
        query = match self.category {
            Some((1, id)) => query.filter(product::category_level_1.eq(id)),
            Some((2, id)) => query.filter(product::category_level_2.eq(id)),
            Some((_, id)) => query.filter(product::category_level_3.eq(id)),
            None => query,
        };
        if let Some(id) = self.brand_id {
            query = query.filter(product::brand_id.eq(id));
        }
        if let Some(id) = self.seller_id {
            query = query.filter(product::seller_id.eq(id));
        }
        for word in self.text.iter().flat_map(|text| text.split_whitespace()) {
            query = query.filter(product::title.ilike(containing(word)));
        }
        if let Some(price) = self.min_price {
            query = query.filter(product::lowest_price.ge(price));
        }
        if let Some(price) = self.max_price {
            query = query.filter(product::lowest_price.le(price));
        }
        query
    }
}

/// The pattern of texts with the word in them.
fn containing(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// One page of the products that pass, in the order in which they were read: from the page's edge outwards.
pub(crate) async fn list_products(
    connection: &mut AsyncPgConnection,
    filter: &ProductFilter,
    order: ProductOrder,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ProductRow>> {
    let query = filter.boxed();
    let downward = matches!(order, ProductOrder::Newest | ProductOrder::Dearest) != page.backward;
    let time = match page.from {
        Some(ListKey::Time(at, id)) => Some((at, id)),
        _ => None,
    };
    let price = match page.from {
        Some(ListKey::Price(price, id)) => Some((price, id)),
        _ => None,
    };
    let query = match order {
        ProductOrder::Newest => keyset!(query, product::listed_at, product::id, time, downward),
        ProductOrder::Submitted => keyset!(query, product::submitted_at.assume_not_null(), product::id, time, downward),
        ProductOrder::Cheapest | ProductOrder::Dearest => {
            keyset!(query, product::lowest_price, product::id, price, downward)
        }
    };
    query.limit(page.rows_to_read()).select(ProductRow::as_select()).load(connection).await
}

/// How many products pass.
pub(crate) async fn count_products(connection: &mut AsyncPgConnection, filter: &ProductFilter) -> QueryResult<i64> {
    filter.boxed().count().get_result(connection).await
}
