//! Moving a seller through its states.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::audit::{self, Entry};
use platform::events::append;
use platform::language::Language;

use super::documents::{all_hold, checked_documents, hand_in};
use super::{Caller, State, locked, require_role};
use crate::error::{ErrorCode, Refusal};
use crate::events::SellerStateChanged;
use crate::graphql::SellerDocumentInput;
use crate::model::{NewStateChange, SellerId, SellerRow};
use crate::rules::{self, Command};
use crate::store;

/// A command with what it carries.
pub(crate) enum Change {
    /// Carries nothing.
    Plain(Command),
    /// Carries the reason, which the seller reads.
    WithReason(Command, String),
    /// Hands in documents.
    Documents(Vec<SellerDocumentInput>),
}

impl Change {
    fn command(&self) -> Command {
        match self {
            Self::Plain(command) | Self::WithReason(command, _) => *command,
            Self::Documents(_) => Command::SubmitDocuments,
        }
    }

    fn reason(&self, language: Language) -> Result<Option<String>, Refusal> {
        match self {
            Self::WithReason(_, reason) => rules::line(reason, rules::LONGEST_REASON)
                .map(Some)
                .ok_or_else(|| ErrorCode::ReasonRequired.at(&["reason"], language).into()),
            Self::Plain(_) | Self::Documents(_) => Ok(None),
        }
    }
}

/// Gives a command to a seller. Commands of the marketplace's staff are guarded by their resolver; those of members
/// are checked here.
pub(crate) async fn change_state(
    state: State,
    caller: Caller,
    id: SellerId,
    change: Change,
) -> Result<SellerRow, Refusal> {
    let reason = change.reason(caller.language())?;
    let command = change.command();
    let documents = match change {
        Change::Documents(documents) => checked_documents(&state, documents, id, &caller).await?,
        Change::Plain(_) | Change::WithReason(..) => Vec::new(),
    };
    let mut connection = state.database.connection().await?;
    let seller = connection
        .transaction(async |connection| {
            let before = locked(connection, id, &caller).await?;
            if let Some(roles) = rules::members_who_may(command) {
                require_role(connection, id, &caller, roles).await?;
            }
            let to = rules::transition(before.state, command)
                .ok_or_else(|| ErrorCode::StateConflict.at(&["sellerId"], caller.language()))?;
            let now = Utc::now();
            // Otherwise the next look at documents would restrict the seller again.
            if command == Command::Reinstate && !all_hold(connection, id, now).await? {
                return Err(ErrorCode::DocumentExpired.at(&["sellerId"], caller.language()).into());
            }
            let after = store::set_state(connection, id, to, now).await?;
            let change = NewStateChange {
                seller_id: id,
                from_state: Some(before.state),
                to_state: to,
                reason: reason.as_deref(),
                changed_by: Some(caller.user.0),
                changed_at: now,
            };
            store::insert_state_changes(connection, std::slice::from_ref(&change)).await?;
            if !documents.is_empty() {
                hand_in(connection, id, &documents, &caller, now).await?;
            }
            let entry = Entry::on("seller", id).because(reason.as_deref()).moved(before.state, to);
            audit::of_staff(connection, &caller.context, entry).await?;
            append(connection, &SellerStateChanged::of(&after, before.state), caller.trace()).await?;
            Ok::<_, Refusal>(after)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(seller)
}
