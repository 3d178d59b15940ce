//! Notices and complaints of the demonstration market.

use chrono::{DateTime, Utc};
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{
    ComplaintCategory, ComplaintChannel, ComplaintId, ComplaintRow, ComplaintState, NoticeAudience, NoticeId,
    NoticeRow, NoticeState, UserId,
};
use crate::store::{complaints, notices};

/// A notice that is shown from the start.
#[derive(Clone, Debug)]
pub struct SeedNotice {
    /// The notice's id, without its prefix.
    pub id: Uuid,
    /// Its title and text in Korean.
    pub korean: (String, String),
    /// Its title and text in English.
    pub english: (String, String),
    /// Whether it is for sellers alone.
    pub for_sellers: bool,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// Since when.
    pub starts_at: DateTime<Utc>,
}

/// A complaint that nobody has taken up.
#[derive(Clone, Debug)]
pub struct SeedComplaint {
    /// The complaint's id, without its prefix.
    pub id: Uuid,
    /// Who complains.
    pub user_id: Uuid,
    /// What it says.
    pub text: String,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// Inserts what is new. Repeating it changes nothing. Tells no events.
///
/// # Errors
/// When the database fails.
pub async fn seed(
    database: &Database,
    seed_notices: &[SeedNotice],
    seed_complaints: &[SeedComplaint],
) -> Result<(), GraphError> {
    let rows: Vec<NoticeRow> = seed_notices.iter().map(notice_row).collect();
    let complaint_rows: Vec<ComplaintRow> = seed_complaints.iter().map(complaint_row).collect();
    let mut connection = database.connection().await?;
    notices::insert(&mut connection, &rows).await?;
    complaints::insert(&mut connection, &complaint_rows).await?;
    Ok(())
}

fn notice_row(notice: &SeedNotice) -> NoticeRow {
    NoticeRow {
        id: NoticeId(notice.id),
        title_ko: notice.korean.0.clone(),
        title_en: notice.english.0.clone(),
        body_ko: notice.korean.1.clone(),
        body_en: notice.english.1.clone(),
        audience: if notice.for_sellers { NoticeAudience::Sellers } else { NoticeAudience::All },
        pinned: notice.pinned,
        state: NoticeState::Published,
        starts_at: notice.starts_at,
        ends_at: None,
        created_by: None,
        created_at: notice.starts_at,
        updated_at: notice.starts_at,
    }
}

fn complaint_row(complaint: &SeedComplaint) -> ComplaintRow {
    ComplaintRow {
        id: ComplaintId(complaint.id),
        user_id: Some(UserId(complaint.user_id)),
        channel: ComplaintChannel::Web,
        category: ComplaintCategory::Delivery,
        object: None,
        text: complaint.text.clone(),
        state: ComplaintState::Open,
        handler: None,
        answer: None,
        created_at: complaint.created_at,
        updated_at: complaint.created_at,
    }
}
