//! What people choose and have read.

use platform::graph::RequestContext;

use super::{Notifications, caller};
use crate::error::{Failure, UserErrorCode};
use crate::model::{NotificationChannel, NotificationEvent, NotificationId, NotificationLanguage, PreferenceRow};
use crate::policy::{Choice, choice};
use crate::store;

/// Keeps what a person wants by which way, and in which language; nothing when one of the choices cannot be made.
pub(crate) async fn choose(
    notifications: &Notifications,
    choices: &[(NotificationEvent, NotificationChannel, bool)],
    language: Option<NotificationLanguage>,
    context: &RequestContext,
) -> Result<(), Failure> {
    let user_id = caller(context)?;
    let mut refusals = Vec::new();
    for (index, (event, channel, enabled)) in choices.iter().enumerate() {
        let possible = match choice(*event, *channel) {
            Choice::On | Choice::Off => true,
            Choice::Required => *enabled,
            Choice::Never => !*enabled,
        };
        if !possible {
            let index = index.to_string();
            refusals.push(UserErrorCode::PreferenceFixed.at(&["preferences", &index, "enabled"], context.language));
        }
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    // The last of several choices of the same counts.
    let chosen: std::collections::BTreeMap<_, bool> =
        choices.iter().map(|(event, channel, enabled)| ((*event, *channel), *enabled)).collect();
    let rows: Vec<PreferenceRow> = chosen
        .into_iter()
        .map(|((event, channel), enabled)| PreferenceRow { user_id, event, channel, enabled })
        .collect();
    let mut connection = notifications.database.connection().await?;
    if !rows.is_empty() {
        store::set_preferences(&mut connection, &rows).await?;
    }
    if let Some(language) = language {
        store::set_language(&mut connection, user_id, language).await?;
    }
    Ok(())
}

/// Marks the person's notifications as read: these, or all. Returns how many were not.
pub(crate) async fn mark_read(
    notifications: &Notifications,
    ids: Option<&[NotificationId]>,
    context: &RequestContext,
) -> Result<usize, Failure> {
    let user = caller(context)?;
    let mut connection = notifications.database.connection().await?;
    Ok(store::mark_read(&mut connection, user, ids).await?)
}
