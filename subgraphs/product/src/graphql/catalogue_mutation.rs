//! What staff do with categories and brands.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};

use super::brand::Brand;
use super::category::Category;
use crate::actions::{Catalogue, NewCategory, create_brand, create_category};
use crate::error::UserErrorCode;
use crate::model::CategoryId;

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
}
