//! The inbox: which events this service already has the effect of.

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

diesel::table! {
    inbox (event_id, consumer) {
        event_id -> Uuid,
        consumer -> Text,
    }
}

/// Records the event and tells whether this is its first delivery. Call it in the transaction of the effect, and do
/// nothing when it returns false.
///
/// # Errors
/// When the database fails.
pub async fn first_delivery(
    connection: &mut AsyncPgConnection,
    event_id: Uuid,
    consumer: &str,
) -> diesel::QueryResult<bool> {
    use diesel::ExpressionMethods as _;
    let inserted = diesel::insert_into(inbox::table)
        .values((inbox::event_id.eq(event_id), inbox::consumer.eq(consumer)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(inserted == 1)
}
