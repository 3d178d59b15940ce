//! A product moves from state to state: handed in, let on sale, taken off, given up.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry};
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::{Catalogue, lacking, refuse, require_seller_who_sells};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ProductApproved, ProductStateChanged};
use crate::model::{NoticeKind, ProductId, ProductRow, SellerId};
use crate::rules::{ProductCommand, is_reason, next_state};
use crate::store::{self, ProductChange};

/// A command with what it carries.
#[derive(Clone, Debug)]
pub(crate) struct StateChange {
    pub(crate) product_id: ProductId,
    pub(crate) command: ProductCommand,
    /// Why; needed to reject and to suspend.
    pub(crate) reason: Option<String>,
}

/// Gives a command to a product: the seller's own, or staff's.
pub(crate) async fn change_state(
    catalogue: &Catalogue,
    change: StateChange,
    context: &RequestContext,
) -> Result<ProductRow, Failure> {
    let StateChange { product_id, command, reason } = change;
    let reason = reason.map(|reason| reason.trim().to_owned());
    if reason.as_deref().is_some_and(|reason| !is_reason(reason)) {
        return Err(UserErrorCode::ReasonRequired.at(&["reason"], context.language).into());
    }
    if command == ProductCommand::Submit {
        let seller_id = seller_of(catalogue, product_id, context).await?;
        require_seller_who_sells(catalogue, seller_id, &["productId"], context).await?;
    }
    let mut connection = catalogue.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let before = store::lock_product(connection, product_id).await?;
            let not_found = || UserErrorCode::ProductNotFound.at(&["productId"], context.language);
            let before = before.ok_or_else(not_found)?;
            require_right(&before, command, context)?;
            let conflict = || UserErrorCode::StateConflict.at(&["productId"], context.language);
            let to = next_state(before.state, command).ok_or_else(conflict)?;
            if matches!(command, ProductCommand::Submit | ProductCommand::Approve) {
                require_complete(connection, &before, context).await?;
            }
            let by_staff = context.principal.has_scope(Scope::StaffProducts);
            let now = Utc::now();
            let mut change = ProductChange { state: Some(to), ..ProductChange::default() };
            match command {
                ProductCommand::Submit => {
                    (change.submitted_at, change.rejection_reason) = (Some(now), Some(None));
                }
                ProductCommand::Approve => change.published_at = before.published_at.or(Some(now)),
                ProductCommand::Reject => change.rejection_reason = Some(reason.clone()),
                ProductCommand::Suspend => change.suspended_by_staff = Some(by_staff),
                ProductCommand::Resume => change.suspended_by_staff = Some(false),
                ProductCommand::Edit | ProductCommand::End => {}
            }
            let row = store::change_product(connection, product_id, change).await?;
            if before.listed != row.listed {
                store::record_offer(connection, product_id, row.listed, now).await?;
            }
            let trace = context.trace_parent.as_deref();
            let entry = Entry::on("product", product_id).because(reason.as_deref()).moved(before.state, to);
            audit::of_staff(connection, context, entry).await?;
            let fact = ProductStateChanged {
                product_id,
                seller_id: row.seller_id,
                from: before.state,
                to,
                reason,
                title: row.title.clone(),
                by_staff,
            };
            platform::events::append(connection, &fact, trace).await?;
            if command == ProductCommand::Approve {
                platform::events::append(connection, &ProductApproved::of(&row), trace).await?;
            }
            Ok::<_, Failure>(row)
        })
        .await?;
    drop(connection);
    catalogue.recent.forget(product_id, []);
    catalogue.outbox.wake();
    Ok(row)
}

async fn seller_of(
    catalogue: &Catalogue,
    product_id: ProductId,
    context: &RequestContext,
) -> Result<SellerId, Failure> {
    let mut connection = catalogue.database.connection().await?;
    let row = store::products_by_id(&mut connection, &[product_id]).await?.into_iter().next();
    let row = row.ok_or_else(|| UserErrorCode::ProductNotFound.at(&["productId"], context.language))?;
    require_right(&row, ProductCommand::Submit, context)?;
    Ok(row.seller_id)
}

/// Staff approve and reject; the seller submits; both suspend, resume and end. What staff suspended, staff resume.
fn require_right(row: &ProductRow, command: ProductCommand, context: &RequestContext) -> Result<(), Failure> {
    let principal = &context.principal;
    let staff = principal.has_scope(Scope::StaffProducts);
    let own = principal.acts_for(row.seller_id.0);
    let allowed = match command {
        ProductCommand::Approve | ProductCommand::Reject => staff,
        ProductCommand::Submit | ProductCommand::Edit => own,
        ProductCommand::Suspend | ProductCommand::Resume | ProductCommand::End => own || staff,
    };
    if !allowed {
        return Err(UserErrorCode::NotYourSeller.at(&["productId"], context.language).into());
    }
    if command == ProductCommand::Resume && row.suspended_by_staff && !staff {
        return Err(UserErrorCode::StateConflict.at(&["productId"], context.language).into());
    }
    Ok(())
}

/// A product whose seller named no kind of goods is of other goods (기타 재화) from now on.
async fn require_complete(
    connection: &mut AsyncPgConnection,
    row: &ProductRow,
    context: &RequestContext,
) -> Result<(), Failure> {
    let mut detail = store::detail_of(connection, row.id).await?;
    if detail.notice_kind.is_none() {
        detail.notice_kind = Some(NoticeKind::Other);
        store::set_detail(connection, &detail).await?;
    }
    refuse(lacking(row, &detail, context)?, context)
}
