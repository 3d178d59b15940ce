//! How sellers edit a product's options and variants.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};
use platform::money::Money;

use super::inputs::UpdateProductOptionsInput;
use super::product::Product;
use super::variant::ProductVariant;
use crate::actions::{Catalogue, MatrixOutcome, update_options};
use crate::error::UserErrorCode;
use crate::model::{ProductRow, VariantId, VariantRow};

/// The outcome of `updateProductOptions`, or its preview.
#[derive(SimpleObject, Default)]
pub(crate) struct UpdateProductOptionsPayload {
    /// The product as it is now; null when it was refused.
    product: Option<Product>,
    /// The variants that were added, or would be.
    added: Vec<AddedVariant>,
    /// The variants that are called otherwise, or would be.
    changed: Vec<RelabelledVariant>,
    /// The variants that were ended, or would be.
    ended: Vec<ProductVariant>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// A new variant.
#[derive(SimpleObject)]
pub(crate) struct AddedVariant {
    /// Its id; null in a preview.
    variant_id: Option<VariantId>,
    /// The seller's own code of it.
    sku: String,
    /// Its name.
    name: String,
    /// Its value of each option.
    option_values: Vec<String>,
    /// What it costs.
    price: Money,
    /// How many there are.
    initial_stock: i32,
}

/// A variant that is called otherwise.
#[derive(SimpleObject)]
pub(crate) struct RelabelledVariant {
    /// The variant as it is, or would be, afterwards.
    variant: ProductVariant,
    /// The seller's own code of it before.
    sku_before: String,
    /// Its name before.
    name_before: String,
}

fn told(outcome: MatrixOutcome, dry_run: bool) -> UpdateProductOptionsPayload {
    let product = Arc::new(outcome.product);
    let variant = |row: VariantRow, product: &Arc<ProductRow>| ProductVariant {
        row: Arc::new(row),
        product: Arc::clone(product),
    };
    let added = outcome.added.into_iter().map(|(row, initial_stock)| AddedVariant {
        variant_id: (!dry_run).then_some(row.id),
        sku: row.sku,
        name: row.name,
        option_values: row.option_values,
        price: Money::krw(row.price),
        initial_stock,
    });
    let changed = outcome.plan.changed.into_iter().map(|(before, after)| RelabelledVariant {
        variant: variant(after, &product),
        sku_before: before.sku,
        name_before: before.name,
    });
    UpdateProductOptionsPayload {
        added: added.collect(),
        changed: changed.collect(),
        ended: outcome.plan.ended.into_iter().map(|row| variant(row, &product)).collect(),
        product: Some(Product { row: product }),
        user_errors: Vec::new(),
    }
}

#[derive(Default)]
pub(crate) struct OptionsMutation;

#[Object]
impl OptionsMutation {
    /// Edits a product's options and variants at once: adds, ends and relabels variants, all of it or nothing. With `dryRun` it
    /// tells what would change. Not while the product is reviewed; it needs no further review.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn update_product_options(
        &self,
        ctx: &Context<'_>,
        input: UpdateProductOptionsInput,
    ) -> async_graphql::Result<UpdateProductOptionsPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), audit::command(ctx));
        let (product_id, dry_run) = (input.product_id, input.dry_run);
        let edit = input.into();
        let action = async move { update_options(&catalogue, product_id, edit, dry_run, &context).await };
        Ok(match run_to_end(action).await {
            Ok(outcome) => told(outcome, dry_run),
            Err(failure) => UpdateProductOptionsPayload {
                user_errors: failure.into_refusals()?,
                ..UpdateProductOptionsPayload::default()
            },
        })
    }
}
