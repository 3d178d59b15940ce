//! What staff do with categories and brands.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};

use super::brand::Brand;
use super::category::Category;
use crate::actions::{
    Catalogue, CategoryUpdate, NewCategory, create_brand, create_category, move_category, order_categories,
    remove_brand, remove_category, update_brand, update_category,
};
use crate::categories::Categories;
use crate::error::{Failure, UserErrorCode};
use crate::model::{BrandId, CategoryId};

/// A category to create.
#[derive(InputObject)]
pub(crate) struct CreateCategoryInput {
    /// The category above; left out for one at the top.
    parent_id: Option<CategoryId>,
    /// Its name in URLs: small letters, digits and hyphens; unique.
    slug: String,
    /// Its name, 1–60 characters.
    name: String,
    /// Its place among its siblings, the smallest first.
    #[graphql(default = 0)]
    position: i32,
}

/// The outcome of `createCategory`.
#[derive(SimpleObject)]
pub(crate) struct CreateCategoryPayload {
    /// The category; null when it was refused.
    category: Option<Category>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// A brand to create.
#[derive(InputObject)]
pub(crate) struct CreateBrandInput {
    /// Its name, 1–60 characters; unique.
    name: String,
}

/// The outcome of `createBrand`.
#[derive(SimpleObject)]
pub(crate) struct CreateBrandPayload {
    /// The brand; null when it was refused.
    brand: Option<Brand>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What a category is called, and its place among its siblings; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct UpdateCategoryInput {
    /// The category.
    category_id: CategoryId,
    /// Its name in URLs: small letters, digits and hyphens; unique.
    slug: Option<String>,
    /// Its name, 1–60 characters.
    name: Option<String>,
    /// Its place among its siblings, the smallest first.
    position: Option<i32>,
}

/// Where a category is to stand.
#[derive(InputObject)]
pub(crate) struct MoveCategoryInput {
    /// The category, which takes all below it along.
    category_id: CategoryId,
    /// The category above; left out or null for the top.
    parent_id: Option<CategoryId>,
    /// Its place among its new siblings, the smallest first; left out it stays.
    position: Option<i32>,
}

/// The order of a level of the tree.
#[derive(InputObject)]
pub(crate) struct OrderCategoriesInput {
    /// The category above; left out or null for those at the top.
    parent_id: Option<CategoryId>,
    /// All categories below it, in the order in which they are shown.
    category_ids: Vec<CategoryId>,
}

/// A category to remove.
#[derive(InputObject)]
pub(crate) struct RemoveCategoryInput {
    /// The category; it has none below it.
    category_id: CategoryId,
    /// The category that its products come to stand in; needed when it has any, in whatever state.
    merge_into: Option<CategoryId>,
}

/// The outcome of a change of a category.
#[derive(SimpleObject)]
pub(crate) struct CategoryPayload {
    /// The category as it is now; null when the change was refused.
    category: Option<Category>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `orderCategories`.
#[derive(SimpleObject)]
pub(crate) struct OrderCategoriesPayload {
    /// The categories in their order; empty when it was refused.
    categories: Vec<Category>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `removeCategory`.
#[derive(SimpleObject)]
pub(crate) struct RemoveCategoryPayload {
    /// The category that is no more; null when it was refused.
    category_id: Option<CategoryId>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What a brand is called.
#[derive(InputObject)]
pub(crate) struct UpdateBrandInput {
    /// The brand.
    brand_id: BrandId,
    /// Its name, 1–60 characters; unique.
    name: String,
}

/// A brand to remove.
#[derive(InputObject)]
pub(crate) struct RemoveBrandInput {
    /// The brand.
    brand_id: BrandId,
    /// The brand that its products get; needed when it has any, in whatever state.
    merge_into: Option<BrandId>,
}

/// The outcome of `updateBrand`.
#[derive(SimpleObject)]
pub(crate) struct UpdateBrandPayload {
    /// The brand as it is now; null when it was refused.
    brand: Option<Brand>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `removeBrand`.
#[derive(SimpleObject)]
pub(crate) struct RemoveBrandPayload {
    /// The brand that is no more; null when it was refused.
    brand_id: Option<BrandId>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The category as it is now, or why it is not.
async fn changed(
    categories: Categories,
    outcome: Result<CategoryId, Failure>,
) -> async_graphql::Result<CategoryPayload> {
    Ok(match outcome {
        Ok(id) => {
            let tree = categories.tree().await?;
            let category = tree.find(id).map(|index| Category::new(&tree, index));
            CategoryPayload { category, user_errors: Vec::new() }
        }
        Err(failure) => CategoryPayload { category: None, user_errors: failure.into_refusals()? },
    })
}

#[derive(Default)]
pub(crate) struct CatalogueMutation;

#[Object]
impl CatalogueMutation {
    /// Adds a category to the tree, which has up to three levels. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn create_category(
        &self,
        ctx: &Context<'_>,
        input: CreateCategoryInput,
    ) -> async_graphql::Result<CreateCategoryPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let CreateCategoryInput { parent_id, slug, name, position } = input;
        let new = NewCategory { parent_id, slug, name, position };
        let tree = catalogue.categories.clone();
        Ok(match run_to_end(async move { create_category(&catalogue, new, &context).await }).await {
            Ok(id) => {
                let tree = tree.tree().await?;
                let category = tree.find(id).map(|index| Category::new(&tree, index));
                CreateCategoryPayload { category, user_errors: Vec::new() }
            }
            Err(failure) => CreateCategoryPayload { category: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Adds a brand. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn create_brand(
        &self,
        ctx: &Context<'_>,
        input: CreateBrandInput,
    ) -> async_graphql::Result<CreateBrandPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        Ok(match run_to_end(async move { create_brand(&catalogue, &input.name, &context).await }).await {
            Ok(row) => CreateBrandPayload { brand: Some(Brand { row: Arc::new(row) }), user_errors: Vec::new() },
            Err(failure) => CreateBrandPayload { brand: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Calls a category otherwise, or gives it another place among its siblings. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn update_category(
        &self,
        ctx: &Context<'_>,
        input: UpdateCategoryInput,
    ) -> async_graphql::Result<CategoryPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let UpdateCategoryInput { category_id, slug, name, position } = input;
        let update = CategoryUpdate { category_id, slug, name, position };
        let categories = catalogue.categories.clone();
        changed(categories, run_to_end(async move { update_category(&catalogue, update, &context).await }).await).await
    }

    /// Puts a category, with all below it and their products, elsewhere in the tree, which has up to three levels. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn move_category(
        &self,
        ctx: &Context<'_>,
        input: MoveCategoryInput,
    ) -> async_graphql::Result<CategoryPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let MoveCategoryInput { category_id, parent_id, position } = input;
        let categories = catalogue.categories.clone();
        let action = async move { move_category(&catalogue, category_id, parent_id, position, &context).await };
        changed(categories, run_to_end(action).await).await
    }

    /// Sets the order in which the categories of a level are shown. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn order_categories(
        &self,
        ctx: &Context<'_>,
        input: OrderCategoriesInput,
    ) -> async_graphql::Result<OrderCategoriesPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let OrderCategoriesInput { parent_id, category_ids } = input;
        let categories = catalogue.categories.clone();
        let action = async move { order_categories(&catalogue, parent_id, category_ids, &context).await };
        Ok(match run_to_end(action).await {
            Ok(ids) => {
                let tree = categories.tree().await?;
                let found = ids.into_iter().filter_map(|id| tree.find(id));
                let categories = found.map(|index| Category::new(&tree, index)).collect();
                OrderCategoriesPayload { categories, user_errors: Vec::new() }
            }
            Err(failure) => OrderCategoriesPayload { categories: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }

    /// Removes a category that has none below it; its products come to stand in another one. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn remove_category(
        &self,
        ctx: &Context<'_>,
        input: RemoveCategoryInput,
    ) -> async_graphql::Result<RemoveCategoryPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let RemoveCategoryInput { category_id, merge_into } = input;
        let action = async move { remove_category(&catalogue, category_id, merge_into, &context).await };
        Ok(match run_to_end(action).await {
            Ok(id) => RemoveCategoryPayload { category_id: Some(id), user_errors: Vec::new() },
            Err(failure) => RemoveCategoryPayload { category_id: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Calls a brand otherwise. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn update_brand(
        &self,
        ctx: &Context<'_>,
        input: UpdateBrandInput,
    ) -> async_graphql::Result<UpdateBrandPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let UpdateBrandInput { brand_id, name } = input;
        Ok(match run_to_end(async move { update_brand(&catalogue, brand_id, &name, &context).await }).await {
            Ok(row) => UpdateBrandPayload { brand: Some(Brand { row: Arc::new(row) }), user_errors: Vec::new() },
            Err(failure) => UpdateBrandPayload { brand: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Removes a brand; its products get another one. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn remove_brand(
        &self,
        ctx: &Context<'_>,
        input: RemoveBrandInput,
    ) -> async_graphql::Result<RemoveBrandPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let RemoveBrandInput { brand_id, merge_into } = input;
        Ok(match run_to_end(async move { remove_brand(&catalogue, brand_id, merge_into, &context).await }).await {
            Ok(id) => RemoveBrandPayload { brand_id: Some(id), user_errors: Vec::new() },
            Err(failure) => RemoveBrandPayload { brand_id: None, user_errors: failure.into_refusals()? },
        })
    }
}
