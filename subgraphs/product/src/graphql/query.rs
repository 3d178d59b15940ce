//! The queries and the entities.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use futures::future::try_join_all;
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{AnyScope, Scope, request_context};
use platform::paging::{Connection, PageRequest};

use super::brand::Brand;
use super::category::Category;
use super::lists::{ProductSort, ProductWhere, page_of, products_page};
use super::product::{NoticeTemplate, Product, may_see};
use super::seller::Seller;
use super::variant::ProductVariant;
use crate::actions::Catalogue;
use crate::loaders::Loaders;
use crate::model::{BrandId, CategoryId, ProductId, ProductState, VariantId};
use crate::store::{self, ProductFilter, ProductOrder};

/// The most variants that can be asked for at once.
const MOST_VARIANTS: usize = 500;

async fn find_product(ctx: &Context<'_>, id: ProductId) -> async_graphql::Result<Option<Product>> {
    let row = ctx.data::<Loaders>()?.product(id).await?;
    Ok(row.filter(|row| may_see(ctx, row)).map(|row| Product { row }))
}

async fn find_variant(ctx: &Context<'_>, id: VariantId) -> async_graphql::Result<Option<ProductVariant>> {
    Ok(ProductVariant::find(ctx, id).await?.filter(|variant| may_see(ctx, &variant.product)))
}

async fn find_category(ctx: &Context<'_>, id: CategoryId) -> async_graphql::Result<Option<Category>> {
    let tree = ctx.data::<Catalogue>()?.categories.tree().await?;
    Ok(tree.find(id).map(|index| Category::new(&tree, index)))
}

async fn find_brand(ctx: &Context<'_>, id: BrandId) -> async_graphql::Result<Option<Brand>> {
    Ok(ctx.data::<Loaders>()?.brand(id).await?.map(|row| Brand { row }))
}

pub(crate) struct Query;

#[Object]
impl Query {
    /// A product. What is suspended or ended can still be looked at, but not bought; a draft only by its seller's members
    /// and staff. Null when there is none that the caller may see.
    async fn product(&self, ctx: &Context<'_>, id: ProductId) -> async_graphql::Result<Option<Product>> {
        find_product(ctx, id).await
    }

    /// What is on sale; with a seller in the filter, its members and staff get that seller's products in every state.
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, the filter and the order")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ProductWhere>,
        #[graphql(default_with = "ProductSort::Newest")] sort: ProductSort,
    ) -> async_graphql::Result<Connection<Product>> {
        products_page(ctx, (first, after, last, before), r#where.unwrap_or_default(), sort).await
    }

    /// A category, by its id or its slug. Null when there is none.
    async fn category(
        &self,
        ctx: &Context<'_>,
        id: Option<CategoryId>,
        slug: Option<String>,
    ) -> async_graphql::Result<Option<Category>> {
        let tree = ctx.data::<Catalogue>()?.categories.tree().await?;
        let index = match (id, slug) {
            (Some(id), None) => tree.find(id),
            (None, Some(slug)) => tree.find_slug(&slug),
            _ => return Err(GraphError::new(ErrorCode::BadUserInput, "Give either id or slug").into()),
        };
        Ok(index.map(|index| Category::new(&tree, index)))
    }

    /// The categories at the top, in the order in which they are shown.
    async fn categories(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Category>> {
        let tree = ctx.data::<Catalogue>()?.categories.tree().await?;
        Ok(tree.roots().iter().map(|index| Category::new(&tree, *index)).collect())
    }

    /// A brand. Null when there is none.
    async fn brand(&self, ctx: &Context<'_>, id: BrandId) -> async_graphql::Result<Option<Brand>> {
        find_brand(ctx, id).await
    }

    /// All brands, by name.
    async fn brands(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Brand>> {
        let page = PageRequest::<(String, BrandId)>::new(first, after.as_deref(), last, before.as_deref())?;
        let database = ctx.data::<Catalogue>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::list_brands(&mut connection, &page).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| (row.name.clone(), row.id),
            |row| Brand { row: Arc::new(row) },
            move || {
                let database = database.clone();
                Box::pin(async move {
                    let mut connection = database.connection().await?;
                    Ok(store::count_brands(&mut connection).await?)
                })
            },
        ))
    }

    /// What the legal notice (상품정보제공고시) tells, for each kind of goods, in the language of the request.
    async fn notice_templates(&self, ctx: &Context<'_>) -> Vec<NoticeTemplate> {
        NoticeTemplate::all(request_context(ctx).language)
    }

    /// What sellers have handed in, the longest waiting first. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn products_for_review(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Product>> {
        let filter = ProductFilter { state: Some(ProductState::InReview), ..ProductFilter::default() };
        page_of(ctx, (first, after, last, before), filter, ProductOrder::Submitted).await
    }

    /// The variants as they are now, in the order of the ids; null for one that does not exist.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn product_variants(
        &self,
        ctx: &Context<'_>,
        ids: Vec<VariantId>,
    ) -> async_graphql::Result<Vec<Option<ProductVariant>>> {
        if ids.len() > MOST_VARIANTS {
            return Err(GraphError::new(ErrorCode::BadUserInput, "At most 500 variants at once").into());
        }
        Ok(try_join_all(ids.into_iter().map(|id| ProductVariant::find(ctx, id))).await?)
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_product_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Product>> {
        match id.parse() {
            Ok(id) => find_product(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_variant_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<ProductVariant>> {
        match id.parse() {
            Ok(id) => find_variant(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_category_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Category>> {
        match id.parse() {
            Ok(id) => find_category(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_brand_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Brand>> {
        match id.parse() {
            Ok(id) => find_brand(ctx, id).await,
            Err(_) => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_seller_by_id(&self, id: ID) -> Option<Seller> {
        id.parse().ok().map(|id| Seller { id })
    }
}
