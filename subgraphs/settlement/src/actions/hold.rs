//! Staff hold an item, and let it go.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry};
use platform::graph::RequestContext;

use super::{Settlements, caller, checked_reason};
use crate::error::{Failure, UserErrorCode};
use crate::model::{ItemId, ItemRow};
use crate::rules::{ItemCommand, item_transition};
use crate::store::{self, Stand};

/// Holds an item that is on no statement yet, or lets it go to where it would be.
pub(crate) async fn hold_item(
    desk: &Settlements,
    id: ItemId,
    hold: bool,
    reason: &str,
    context: &RequestContext,
) -> Result<ItemRow, Failure> {
    let by = caller(context)?;
    let reason = checked_reason(reason, context)?;
    let mut connection = desk.database.connection().await?;
    connection
        .transaction(async |connection| {
            let item = store::lock_item(connection, id).await?;
            let not_found = || UserErrorCode::SettlementItemNotFound.at(&["itemId"], context.language);
            let item = item.ok_or_else(not_found)?;
            let command = if hold {
                ItemCommand::Hold
            } else {
                ItemCommand::Release { to: item.held_from.unwrap_or(item.state) }
            };
            let state = item_transition(item.state, command).map_err(|code| code.at(&["itemId"], context.language))?;
            let stand = Stand {
                state,
                held_from: hold.then_some(item.state),
                held_reason: hold.then_some(reason.as_str()),
                eligible_at: item.eligible_at,
            };
            let entry = Entry::on("settlement", id).because(reason.as_str()).moved(item.state, state);
            audit::of_money(connection, context, entry).await?;
            store::record_hold(connection, &item, state, &reason, by).await?;
            Ok(store::set_stand(connection, id, stand).await?)
        })
        .await
}
