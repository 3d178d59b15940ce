//! Notices are written, published and taken back.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::{Desk, SERVICE, checked_text, permitted};
use crate::error::{Failure, UserErrorCode};
use crate::model::{NoticeAudience, NoticeId, NoticeRow, NoticeState, Permission};
use crate::rules::{LONGEST_TEXT, LONGEST_TITLE, NoticeCommand, notice_transition};
use crate::store::notices;

/// A notice as it is written, in both languages.
pub(crate) struct NoticeText {
    pub(crate) title_ko: String,
    pub(crate) title_en: String,
    pub(crate) body_ko: String,
    pub(crate) body_en: String,
    pub(crate) audience: NoticeAudience,
    pub(crate) pinned: bool,
    pub(crate) starts_at: Option<DateTime<Utc>>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
}

impl NoticeText {
    /// The row with this text; what the text does not say stays.
    fn onto(self, row: NoticeRow, context: &RequestContext) -> Result<NoticeRow, Failure> {
        let starts_at = self.starts_at.unwrap_or(row.starts_at);
        if self.ends_at.is_some_and(|end| end <= starts_at) {
            return Err(UserErrorCode::InvalidPeriod.at(&["endsAt"], context.language).into());
        }
        Ok(NoticeRow {
            title_ko: checked_text(&self.title_ko, LONGEST_TITLE, "titleKo", context)?,
            title_en: checked_text(&self.title_en, LONGEST_TITLE, "titleEn", context)?,
            body_ko: checked_text(&self.body_ko, LONGEST_TEXT, "bodyKo", context)?,
            body_en: checked_text(&self.body_en, LONGEST_TEXT, "bodyEn", context)?,
            audience: self.audience,
            pinned: self.pinned,
            starts_at,
            ends_at: self.ends_at,
            updated_at: Utc::now(),
            ..row
        })
    }
}

/// Writes a draft.
pub(crate) async fn create_notice(
    desk: &Desk,
    text: NoticeText,
    context: &RequestContext,
) -> Result<NoticeRow, Failure> {
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let by = permitted(connection, Permission::NoticeWrite, context).await?;
            let now = Utc::now();
            let empty = NoticeRow {
                id: NoticeId::new(),
                title_ko: String::new(),
                title_en: String::new(),
                body_ko: String::new(),
                body_en: String::new(),
                audience: text.audience,
                pinned: false,
                state: NoticeState::Draft,
                starts_at: now,
                ends_at: None,
                created_by: Some(by),
                created_at: now,
                updated_at: now,
            };
            let row = text.onto(empty, context)?;
            notices::insert(connection, std::slice::from_ref(&row)).await?;
            audit::of_staff(connection, context, Entry::on(SERVICE, row.id).after(facts(&row))).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    desk.outbox.wake();
    Ok(row)
}

/// Gives a notice a command; `text` replaces what it says.
pub(crate) async fn change_notice(
    desk: &Desk,
    id: NoticeId,
    command: NoticeCommand,
    text: Option<NoticeText>,
    context: &RequestContext,
) -> Result<NoticeRow, Failure> {
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["noticeId"], context.language));
    let mut connection = desk.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            permitted(connection, Permission::NoticeWrite, context).await?;
            let before = notices::lock(connection, id).await?;
            let before = before.ok_or_else(|| refuse(UserErrorCode::NoticeNotFound))?;
            let state = notice_transition(before.state, command).map_err(refuse)?;
            let row = NoticeRow { state, updated_at: Utc::now(), ..before.clone() };
            let row = match text {
                Some(text) => text.onto(row, context)?,
                None => row,
            };
            notices::update(connection, &row).await?;
            let entry = Entry::on(SERVICE, id).before(facts(&before)).after(facts(&row));
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    desk.outbox.wake();
    Ok(row)
}

fn facts(row: &NoticeRow) -> serde_json::Value {
    json!({
        "state": row.state,
        "titleKo": row.title_ko,
        "audience": row.audience,
        "startsAt": row.starts_at,
        "endsAt": row.ends_at,
    })
}
