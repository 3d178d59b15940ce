//! A seller changes what a product says.

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::{Catalogue, category_path, json, lacking, lock_own, refuse, require_brand, trimmed, with_thumbnail};
use crate::error::{Failure, UserErrorCode};
use crate::events::ProductChanged;
use crate::model::{BrandId, CategoryId, Kc, Notice, NoticeKind, Picture, ProductId, ProductRow, ProductState};
use crate::rules::{ProductCommand, Texts, next_state};
use crate::store::{self, ProductChange};

/// What changes; what is `None` stays.
#[derive(Clone, Debug)]
pub(crate) struct ProductUpdate {
    pub(crate) product_id: ProductId,
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<Option<String>>,
    pub(crate) description: Option<String>,
    pub(crate) category_id: Option<CategoryId>,
    pub(crate) brand_id: Option<Option<BrandId>>,
    pub(crate) images: Option<Vec<Picture>>,
    pub(crate) notices: Option<Vec<Notice>>,
    pub(crate) notice_kind: Option<NoticeKind>,
    pub(crate) kc: Option<Option<Kc>>,
    pub(crate) origin: Option<String>,
    pub(crate) tax_free: Option<bool>,
    pub(crate) adult_only: Option<bool>,
}

/// Changes a product. One that buyers have seen stays complete.
pub(crate) async fn update_product(
    catalogue: &Catalogue,
    update: ProductUpdate,
    context: &RequestContext,
) -> Result<ProductRow, Failure> {
    check(&update, context)?;
    let id = update.product_id;
    let mut change = change_of(&update);
    let mut connection = catalogue.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            // The tree before the product, as those who move categories lock them.
            if let Some(category_id) = update.category_id {
                let path = category_path(connection, category_id, context).await?;
                change.category_id = Some(category_id);
                change.category_level_1 = path.first().copied();
                change.category_level_2 = Some(path.get(1).copied());
                change.category_level_3 = Some(path.get(2).copied());
            }
            let before = lock_own(connection, id, context).await?;
            if next_state(before.state, ProductCommand::Edit).is_none() {
                return Err(Failure::from(UserErrorCode::StateConflict.at(&["productId"], context.language)));
            }
            if let Some(Some(brand_id)) = update.brand_id {
                require_brand(connection, brand_id, context).await?;
            }
            let mut detail = store::detail_of(connection, id).await?;
            if let Some(description) = update.description {
                detail.description = description;
            }
            if let Some(images) = &update.images {
                detail.images = json(images)?;
            }
            if let Some(notices) = &update.notices {
                detail.notices = json(notices)?;
            }
            detail.notice_kind = update.notice_kind.or(detail.notice_kind);
            if let Some(kc) = &update.kc {
                detail.kc = kc.as_ref().map(json).transpose()?;
            }
            if before.state != ProductState::Draft {
                let mut after = before.clone();
                after.origin = update.origin.unwrap_or(after.origin);
                refuse(lacking(&after, &detail, context)?, context)?;
            }
            store::set_detail(connection, &detail).await?;
            let row = store::change_product(connection, id, change).await?;
            let fact = ProductChanged { product_id: id, seller_id: row.seller_id, variants: Vec::new() };
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok(row)
        })
        .await?;
    drop(connection);
    catalogue.recent.forget(id, []);
    catalogue.outbox.wake();
    Ok(row)
}

fn check(update: &ProductUpdate, context: &RequestContext) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let texts = Texts {
        title: update.title.as_deref(),
        summary: update.summary.as_ref().and_then(Option::as_deref),
        description: update.description.as_deref(),
        origin: update.origin.as_deref(),
        images: update.images.as_deref(),
        notices: update.notices.as_deref(),
        kc: update.kc.as_ref().and_then(Option::as_ref),
    };
    texts.check(&mut wrong);
    refuse(wrong, context)
}

fn change_of(update: &ProductUpdate) -> ProductChange {
    let change = ProductChange {
        brand_id: update.brand_id,
        title: update.title.as_deref().map(|title| title.trim().to_owned()),
        summary: update.summary.as_ref().map(|summary| summary.as_deref().and_then(trimmed)),
        origin: update.origin.as_deref().map(|origin| origin.trim().to_owned()),
        tax_free: update.tax_free,
        adult_only: update.adult_only,
        ..ProductChange::default()
    };
    match &update.images {
        Some(images) => with_thumbnail(change, images),
        None => change,
    }
}
