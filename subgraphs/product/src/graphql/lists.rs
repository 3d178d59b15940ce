//! Lists of products, paged by keyset.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject};
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{Principal, Scope, request_context};
use platform::money::Long;
use platform::paging::{Connection, PageRequest};

use super::product::Product;
use crate::actions::Catalogue;
use crate::model::{BrandId, CategoryId, ProductState, SellerId};
use crate::store::{self, ListKey, ProductFilter, ProductOrder};

/// The longest text to look for, in characters.
const LONGEST_TEXT: usize = 100;

/// The order of a list of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ProductSort {
    /// The newest first.
    Newest,
    /// The cheapest first.
    PriceAsc,
    /// The most expensive first.
    PriceDesc,
}

impl From<ProductSort> for ProductOrder {
    fn from(sort: ProductSort) -> Self {
        match sort {
            ProductSort::Newest => Self::Newest,
            ProductSort::PriceAsc => Self::Cheapest,
            ProductSort::PriceDesc => Self::Dearest,
        }
    }
}

/// The products that are wanted; all conditions hold together.
#[derive(InputObject, Clone, Default)]
pub(crate) struct ProductWhere {
    /// In this category or one below it.
    category_id: Option<CategoryId>,
    /// Of this brand.
    brand_id: Option<BrandId>,
    /// Of this seller. Its members and staff get its products in every state.
    seller_id: Option<SellerId>,
    /// With every word of this text in the title.
    text: Option<String>,
    /// At this price or above, in won.
    min_price: Option<Long>,
    /// At this price or below, in won.
    max_price: Option<Long>,
    /// In this state. Anything but ON_SALE is for the seller's members, who name the seller as well, and for staff.
    state: Option<ProductState>,
}

impl ProductWhere {
    pub(crate) fn of_seller(self, seller_id: SellerId) -> Self {
        Self { seller_id: Some(seller_id), ..self }
    }

    pub(crate) fn in_category(self, category_id: CategoryId) -> Self {
        Self { category_id: Some(category_id), ..self }
    }

    /// Whether the one who asks may see products of the list that buyers do not.
    fn insider(&self, principal: &Principal) -> bool {
        principal.has_scope(Scope::StaffProducts) || self.seller_id.is_some_and(|id| principal.acts_for(id.0))
    }
}

/// `first`, `after`, `last` and `before` of a connection.
pub(crate) type PageArguments = (Option<i32>, Option<String>, Option<i32>, Option<String>);

/// One page of the products that the one who asks may see.
pub(crate) async fn products_page(
    ctx: &Context<'_>,
    arguments: PageArguments,
    wanted: ProductWhere,
    sort: ProductSort,
) -> async_graphql::Result<Connection<Product>> {
    let context = request_context(ctx);
    let insider = wanted.insider(&context.principal);
    if wanted.state.is_some_and(|state| state != ProductState::OnSale) && !insider {
        return Err(GraphError::forbidden(context.language).into());
    }
    if wanted.text.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
        return Err(GraphError::new(ErrorCode::BadUserInput, "A text to look for has up to 100 characters").into());
    }
    let category = match wanted.category_id {
        Some(id) => {
            let level = ctx.data::<Catalogue>()?.categories.tree().await?.path_ids(id).len();
            // A category that does not exist has no products, on any level.
            Some((level.max(1), id))
        }
        None => None,
    };
    let filter = ProductFilter {
        only_listed: !insider || (wanted.state.is_none() && wanted.seller_id.is_none()),
        state: wanted.state,
        category,
        brand_id: wanted.brand_id,
        seller_id: wanted.seller_id,
        text: wanted.text,
        min_price: wanted.min_price.map(|price| price.0),
        max_price: wanted.max_price.map(|price| price.0),
    };
    page_of(ctx, arguments, filter, sort.into()).await
}

/// One page of the products that pass.
pub(crate) async fn page_of(
    ctx: &Context<'_>,
    arguments: PageArguments,
    filter: ProductFilter,
    order: ProductOrder,
) -> async_graphql::Result<Connection<Product>> {
    let (first, after, last, before) = arguments;
    let page = PageRequest::<ListKey>::new(first, after.as_deref(), last, before.as_deref())?;
    if page.from.is_some_and(|key| !order.has(key)) {
        return Err(GraphError::new(ErrorCode::InvalidPage, "This cursor belongs to another order").into());
    }
    let catalogue = ctx.data::<Catalogue>()?;
    let rows = {
        let mut connection = catalogue.database.connection().await.map_err(GraphError::from)?;
        store::list_products(&mut connection, &filter, order, &page).await.map_err(GraphError::from)?
    };
    let rows: Vec<_> = rows.into_iter().map(Arc::new).collect();
    for row in &rows {
        catalogue.recent.products.keep(row.id, Arc::clone(row));
    }
    let (catalogue, filter) = (catalogue.clone(), Arc::new(filter));
    Ok(Connection::new(
        page.finish(rows),
        |row| order.key(row),
        |row| Product { row },
        move || {
            let (catalogue, filter) = (catalogue.clone(), Arc::clone(&filter));
            Box::pin(async move {
                if let Some(count) = catalogue.recent.counts.get(&filter) {
                    return Ok(count);
                }
                let count = {
                    let mut connection = catalogue.database.connection().await?;
                    store::count_products(&mut connection, &filter).await?
                };
                catalogue.recent.counts.keep(filter, count);
                Ok(count)
            })
        },
    ))
}
