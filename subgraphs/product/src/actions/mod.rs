//! What the product service does: one use case a file.

mod change_brand;
mod change_category;
mod change_state;
mod create_brand;
mod create_category;
mod create_product;
mod hear_seller;
mod import_products;
mod remove_category;
mod set_add_ons;
mod update_options;
mod update_product;
mod update_variants;

pub(crate) use change_brand::{remove_brand, update_brand};
pub(crate) use change_category::{CategoryUpdate, move_category, order_categories, update_category};
pub(crate) use change_state::{StateChange, change_state};
pub(crate) use create_brand::create_brand;
pub(crate) use create_category::{NewCategory, create_category};
pub(crate) use create_product::{WantedProduct, create_product};
pub(crate) use hear_seller::hear_seller;
pub(crate) use import_products::{Imported, export_products, import_products};
pub(crate) use remove_category::remove_category;
pub(crate) use set_add_ons::set_add_ons;
pub(crate) use update_options::{MatrixOutcome, update_options};
pub(crate) use update_product::{ProductUpdate, update_product};
pub(crate) use update_variants::{VariantUpdate, VariantUpdated, update_variants};

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use platform::database::Database;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};

use crate::cache::RecentRows;
use crate::categories::Categories;
use crate::clients::{SellerStanding, seller_standing};
use crate::error::{Failure, UserErrorCode};
use crate::model::{BrandId, CategoryId, DetailRow, Kc, Notice, Picture, ProductId, ProductRow, SellerId};
use crate::rules::discount::Proof;
use crate::rules::{Broken, Sheet, incomplete};
use crate::settings::ProductSettings;
use crate::store::{self, ProductChange};

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Catalogue {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) recent: RecentRows,
    pub(crate) categories: Categories,
    pub(crate) settings: Arc<ProductSettings>,
}

impl Catalogue {
    /// What proves a list price now.
    fn proof(&self, now: DateTime<Utc>) -> Proof {
        let [window, least] = [self.settings.list_price_window, self.settings.list_price_least]
            .map(|time| TimeDelta::from_std(time).unwrap_or(TimeDelta::days(365)));
        Proof { now, window, least }
    }
}

/// The refusals for broken rules; passes when there are none.
fn refuse(broken: Vec<Broken>, context: &RequestContext) -> Result<(), Failure> {
    if broken.is_empty() {
        return Ok(());
    }
    let refusal = |(code, field): Broken| {
        let path: Vec<&str> = field.iter().map(String::as_str).collect();
        let mut refusal = code.at(&path, context.language);
        if let (UserErrorCode::NoticeItemMissing, Some(item)) = (code, path.last()) {
            refusal.message = format!("{}: {item}", refusal.message);
        }
        refusal
    };
    Err(Failure::Refused(broken.into_iter().map(refusal).collect()))
}

/// Locks a product of the caller's own sellers.
async fn lock_own(
    connection: &mut AsyncPgConnection,
    id: ProductId,
    context: &RequestContext,
) -> Result<ProductRow, Failure> {
    let refused = |code: UserErrorCode| Failure::from(code.at(&["productId"], context.language));
    let row = store::lock_product(connection, id).await?.ok_or_else(|| refused(UserErrorCode::ProductNotFound))?;
    if context.principal.acts_for(row.seller_id.0) { Ok(row) } else { Err(refused(UserErrorCode::NotYourSeller)) }
}

/// Asks the seller service whether the seller may put goods on sale: it is open, and staff have not limited it.
async fn require_seller_who_sells(
    catalogue: &Catalogue,
    seller_id: SellerId,
    field: &[&str],
    context: &RequestContext,
) -> Result<(), Failure> {
    let variables = seller_standing::Variables { id: seller_id.to_string() };
    let seller = catalogue.graph.ask::<SellerStanding>("seller", variables, context).await?.seller;
    match seller {
        Some(seller) if seller.can_sell && seller.state == seller_standing::SellerState::ACTIVE => Ok(()),
        _ => Err(UserErrorCode::SellerCannotSell.at(field, context.language).into()),
    }
}

/// The category's ancestors and itself, from the root, which stay so for the rest of the transaction.
async fn category_path(
    connection: &mut AsyncPgConnection,
    id: CategoryId,
    context: &RequestContext,
) -> Result<Vec<CategoryId>, Failure> {
    let path = store::share_tree(connection).await?.path_ids(id);
    if path.is_empty() {
        return Err(UserErrorCode::CategoryNotFound.at(&["categoryId"], context.language).into());
    }
    Ok(path)
}

async fn require_brand(
    connection: &mut AsyncPgConnection,
    id: BrandId,
    context: &RequestContext,
) -> Result<(), Failure> {
    if store::brands_by_id(connection, &[id]).await?.is_empty() {
        return Err(UserErrorCode::BrandNotFound.at(&["brandId"], context.language).into());
    }
    Ok(())
}

/// The first picture as the list's thumbnail.
fn with_thumbnail(change: ProductChange, pictures: &[Picture]) -> ProductChange {
    let first = pictures.first();
    ProductChange {
        thumbnail_url: Some(first.map(|picture| picture.url.clone())),
        thumbnail_alt: Some(first.map(|picture| picture.alt.clone())),
        thumbnail_width: Some(first.map(|picture| picture.width)),
        thumbnail_height: Some(first.map(|picture| picture.height)),
        ..change
    }
}

/// What the product still lacks.
fn lacking(row: &ProductRow, detail: &DetailRow, context: &RequestContext) -> Result<Vec<Broken>, Failure> {
    let read = |value: &serde_json::Value| value.as_array().map_or(0, Vec::len);
    let notices: Vec<Notice> = from_json(&detail.notices)?;
    let kc: Option<Kc> = detail.kc.as_ref().map(from_json).transpose()?;
    let sheet = Sheet {
        description: &detail.description,
        origin: &row.origin,
        images: read(&detail.images),
        notices: &notices,
        notice_kind: detail.notice_kind,
        kc: kc.as_ref(),
    };
    Ok(incomplete(&sheet, context.language))
}

fn from_json<T: serde::de::DeserializeOwned>(value: &serde_json::Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| platform::errors::GraphError::internal(error).into())
}

/// A value of a JSON column.
fn json<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| platform::errors::GraphError::internal(error).into())
}

/// The text without surrounding space; none when nothing is left.
fn trimmed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
