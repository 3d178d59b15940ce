//! What sellers and staff do with products.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};
use platform::money::Money;

use super::inputs::{
    CreateProductInput, ProductIdInput, ProductReasonInput, SetProductAddOnsInput, UpdateProductInput,
    UpdateVariantsInput,
};
use super::product::Product;
use super::variant::ProductVariant;
use crate::actions::{
    Catalogue, StateChange, change_state, create_product, set_add_ons, update_product, update_variants,
};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ProductId, ProductRow};
use crate::rules::ProductCommand;

macro_rules! payload {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub(crate) struct $name {
            /// The product as it is now; null when it was refused.
            product: Option<Product>,
            /// Why nothing changed; empty when it did.
            user_errors: Vec<UserError<UserErrorCode>>,
        }

        impl $name {
            fn of(outcome: Result<ProductRow, Failure>) -> async_graphql::Result<Self> {
                Ok(match outcome {
                    Ok(row) => Self { product: Some(Product { row: Arc::new(row) }), user_errors: Vec::new() },
                    Err(failure) => Self { product: None, user_errors: failure.into_refusals()? },
                })
            }
        }
    };
}

payload!(
    /// The outcome of `createProduct`.
    CreateProductPayload
);
payload!(
    /// The outcome of `updateProduct`.
    UpdateProductPayload
);
payload!(
    /// The outcome of a change of a product's state.
    ProductStatePayload
);

/// The outcome of `updateVariants`.
#[derive(SimpleObject)]
pub(crate) struct UpdateVariantsPayload {
    /// The product as it is now; null when it was refused.
    product: Option<Product>,
    /// The variants that changed, or would change.
    changes: Vec<VariantChange>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// A change of a variant.
#[derive(SimpleObject)]
pub(crate) struct VariantChange {
    /// The variant as it is, or would be, afterwards.
    variant: ProductVariant,
    /// Its price before.
    before: Money,
    /// Its price afterwards.
    after: Money,
}

async fn moved(
    ctx: &Context<'_>,
    product_id: ProductId,
    command: ProductCommand,
    reason: Option<String>,
) -> async_graphql::Result<ProductStatePayload> {
    let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
    let change = StateChange { product_id, command, reason };
    ProductStatePayload::of(run_to_end(async move { change_state(&catalogue, change, &context).await }).await)
}

#[derive(Default)]
pub(crate) struct ProductMutation;

#[Object]
impl ProductMutation {
    /// Writes a product: a draft of one of the caller's sellers. Submit it to have it reviewed and put on sale.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn create_product(
        &self,
        ctx: &Context<'_>,
        input: CreateProductInput,
    ) -> async_graphql::Result<CreateProductPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let wanted = input.into();
        CreateProductPayload::of(run_to_end(async move { create_product(&catalogue, wanted, &context).await }).await)
    }

    /// Changes what a product says. Not while it is reviewed, and never after its end.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn update_product(
        &self,
        ctx: &Context<'_>,
        input: UpdateProductInput,
    ) -> async_graphql::Result<UpdateProductPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let update = input.into();
        UpdateProductPayload::of(run_to_end(async move { update_product(&catalogue, update, &context).await }).await)
    }

    /// Changes prices and what can be bought, for many variants at once; with `dryRun`, only tells what would change.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn update_variants(
        &self,
        ctx: &Context<'_>,
        input: UpdateVariantsInput,
    ) -> async_graphql::Result<UpdateVariantsPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let UpdateVariantsInput { product_id, variants, dry_run } = input;
        let updates = variants.into_iter().map(Into::into).collect();
        let action = async move { update_variants(&catalogue, product_id, updates, dry_run, &context).await };
        Ok(match run_to_end(action).await {
            Ok((row, changes)) => {
                let row = Arc::new(row);
                let change = |change: crate::actions::VariantUpdated| VariantChange {
                    before: Money::krw(change.price_before),
                    after: Money::krw(change.after.price),
                    variant: ProductVariant { row: Arc::new(change.after), product: Arc::clone(&row) },
                };
                let changes = changes.into_iter().map(change).collect();
                UpdateVariantsPayload { product: Some(Product { row }), changes, user_errors: Vec::new() }
            }
            Err(failure) => {
                UpdateVariantsPayload { product: None, changes: Vec::new(), user_errors: failure.into_refusals()? }
            }
        })
    }

    /// Sets the add-on goods (추가상품) that are offered together with a product. They are priced and stocked by themselves.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn set_product_add_ons(
        &self,
        ctx: &Context<'_>,
        input: SetProductAddOnsInput,
    ) -> async_graphql::Result<UpdateProductPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let SetProductAddOnsInput { product_id, variant_ids } = input;
        let action = async move { set_add_ons(&catalogue, product_id, variant_ids, &context).await };
        UpdateProductPayload::of(run_to_end(action).await)
    }

    /// Hands a complete draft to staff: it needs an image, a description, the legal notice and an origin.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn submit_product(
        &self,
        ctx: &Context<'_>,
        input: ProductIdInput,
    ) -> async_graphql::Result<ProductStatePayload> {
        moved(ctx, input.product_id, ProductCommand::Submit, None).await
    }

    /// Lets a reviewed product on sale. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn approve_product(
        &self,
        ctx: &Context<'_>,
        input: ProductIdInput,
    ) -> async_graphql::Result<ProductStatePayload> {
        moved(ctx, input.product_id, ProductCommand::Approve, None).await
    }

    /// Hands a reviewed product back to its seller. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn reject_product(
        &self,
        ctx: &Context<'_>,
        input: ProductReasonInput,
    ) -> async_graphql::Result<ProductStatePayload> {
        moved(ctx, input.product_id, ProductCommand::Reject, Some(input.reason)).await
    }

    /// Takes a product off the shelf for a while.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:products",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffProducts])"
    )]
    async fn suspend_product(
        &self,
        ctx: &Context<'_>,
        input: ProductReasonInput,
    ) -> async_graphql::Result<ProductStatePayload> {
        moved(ctx, input.product_id, ProductCommand::Suspend, Some(input.reason)).await
    }

    /// Puts a suspended product back on the shelf. What staff suspended, only staff resume.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:products",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffProducts])"
    )]
    async fn resume_product(
        &self,
        ctx: &Context<'_>,
        input: ProductIdInput,
    ) -> async_graphql::Result<ProductStatePayload> {
        moved(ctx, input.product_id, ProductCommand::Resume, None).await
    }

    /// Gives a product up for good.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:products",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffProducts])"
    )]
    async fn end_product(
        &self,
        ctx: &Context<'_>,
        input: ProductIdInput,
    ) -> async_graphql::Result<ProductStatePayload> {
        moved(ctx, input.product_id, ProductCommand::End, None).await
    }
}
