//! Products from files and into files.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::errors::{GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope, request_context};
use platform::language::Language;

use crate::actions::{Catalogue, Imported, import_products};
use crate::error::UserErrorCode;
use crate::model::{ProductId, SellerId};
use crate::rules::import::Wrong;

/// A file of products.
#[derive(InputObject)]
pub(crate) struct ImportProductsInput {
    /// The seller, one of the caller's own.
    seller_id: SellerId,
    /// The file's text: a row a variant, with the columns that an export has, by their English or Korean names; `sku` and
    /// `price` are needed. Rows with a `productId` change price, list price and `sellable` of its variant with the SKU; all
    /// others become drafts, the rows of one `group` (or title) one product. Several option names or values stand in one
    /// cell with `/` between them. At most 2,000 rows.
    csv: String,
    /// Whether only to tell what would become of it.
    #[graphql(default = false)]
    dry_run: bool,
}

/// What became, or would become, of a file. It is imported whole or not at all.
#[derive(SimpleObject, Default)]
pub(crate) struct ImportProductsPayload {
    /// How many products it creates.
    product_count: i32,
    /// How many variants they have.
    variant_count: i32,
    /// How many variants it changes.
    change_count: i32,
    /// The products that were created; none when nothing was imported.
    created_ids: Vec<ProductId>,
    /// What is wrong with it, by line; nothing is imported when there is anything.
    rows: Vec<ImportProblem>,
    /// Why it was refused as a whole.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Something wrong in a file.
#[derive(SimpleObject)]
pub(crate) struct ImportProblem {
    /// The line in the file; the header is line 1.
    line: i32,
    /// The column, by its English name; null where it is the whole line.
    column: Option<&'static str>,
    /// What is wrong, for programs.
    code: UserErrorCode,
    /// What is wrong, for people.
    message: String,
}

impl ImportProblem {
    fn of(wrong: &Wrong, language: Language) -> Self {
        Self {
            line: i32::try_from(wrong.line).unwrap_or(i32::MAX),
            column: wrong.column.map(crate::rules::import::Column::name),
            code: wrong.code,
            message: wrong.code.at(&[], language).message,
        }
    }
}

#[derive(Default)]
pub(crate) struct FileMutation;

#[Object]
impl FileMutation {
    /// Imports products of a CSV file, or with `dryRun` tells what would become of them.
    #[graphql(requires_scopes = "seller", guard = "AnyScope(&[Scope::Seller])")]
    async fn import_products(
        &self,
        ctx: &Context<'_>,
        input: ImportProductsInput,
    ) -> async_graphql::Result<ImportProductsPayload> {
        let (catalogue, context) = (ctx.data::<Catalogue>()?.clone(), request_context(ctx).clone());
        let language = context.language;
        let ImportProductsInput { seller_id, csv, dry_run } = input;
        let action = async move { import_products(&catalogue, seller_id, &csv, dry_run, &context).await };
        let small = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(match run_to_end(action).await {
            Ok(Imported { created, products, variants, changes, wrong }) => ImportProductsPayload {
                product_count: small(products),
                variant_count: small(variants),
                change_count: small(changes),
                created_ids: created,
                rows: wrong.iter().map(|one| ImportProblem::of(one, language)).collect(),
                user_errors: Vec::new(),
            },
            Err(failure) => ImportProductsPayload { user_errors: failure.into_refusals()?, ..Default::default() },
        })
    }
}

/// A seller's products as a file, for its members and staff.
pub(crate) async fn products_file(ctx: &Context<'_>, seller_id: SellerId) -> async_graphql::Result<String> {
    let context = request_context(ctx);
    if !context.principal.acts_for(seller_id.0) && !context.principal.has_scope(Scope::StaffProducts) {
        return Err(GraphError::forbidden(context.language).into());
    }
    let file = crate::actions::export_products(ctx.data()?, seller_id).await;
    Ok(file.map_err(|failure| match failure.into_refusals() {
        Ok(_) => GraphError::internal("an export was refused"),
        Err(error) => error,
    })?)
}
