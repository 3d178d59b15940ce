//! Places on pages.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, Value, json};
use platform::graph::RequestContext;

use super::Banners;
use crate::error::{Failure, UserErrorCode};
use crate::model::{SlotId, SlotRow};
use crate::rules::{is_key, text};
use crate::store;

/// The largest side of a slot in pixels.
const LARGEST_SIDE: i32 = 10_000;
/// The most banners of a slot.
const LARGEST_CAPACITY: i32 = 50;

/// What staff says of a slot.
pub(crate) struct SlotText {
    pub(crate) name: String,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) capacity: i32,
}

impl SlotText {
    fn row(self, id: SlotId, key: String, context: &RequestContext) -> Result<SlotRow, Failure> {
        let mut refusals = Vec::new();
        let name = text(&self.name).unwrap_or_else(|| {
            refusals.push(UserErrorCode::InvalidText.at(&["name"], context.language));
            String::new()
        });
        let numbers = [
            ("width", self.width, LARGEST_SIDE),
            ("height", self.height, LARGEST_SIDE),
            ("capacity", self.capacity, LARGEST_CAPACITY),
        ];
        for (field, number, largest) in numbers {
            if !(1..=largest).contains(&number) {
                refusals.push(UserErrorCode::InvalidNumber.at(&[field], context.language));
            }
        }
        if !refusals.is_empty() {
            return Err(Failure::Refused(refusals));
        }
        Ok(SlotRow { id, key, name, width: self.width, height: self.height, capacity: self.capacity })
    }
}

impl SlotRow {
    /// What the record of staff's actions tells of a slot.
    fn facts(&self) -> Value {
        json!({ "key": self.key, "width": self.width, "height": self.height, "capacity": self.capacity })
    }
}

/// Makes a slot.
pub(crate) async fn create_slot(
    banners: &Banners,
    key: String,
    slot: SlotText,
    context: &RequestContext,
) -> Result<SlotRow, Failure> {
    if !is_key(&key) {
        return Err(UserErrorCode::InvalidText.at(&["key"], context.language).into());
    }
    let row = slot.row(SlotId::new(), key, context)?;
    let mut connection = banners.database.connection().await?;
    connection
        .transaction(async |connection| {
            if store::insert_slots(connection, std::slice::from_ref(&row)).await? == 0 {
                return Err(Failure::from(UserErrorCode::SlotKeyTaken.at(&["key"], context.language)));
            }
            let entry = Entry::on("banner", row.id).after(row.facts());
            Ok(audit::of_staff(connection, context, entry).await?)
        })
        .await?;
    banners.placements.forget();
    Ok(row)
}

/// Changes a slot; its key stays, pages know it.
pub(crate) async fn edit_slot(
    banners: &Banners,
    id: SlotId,
    slot: SlotText,
    context: &RequestContext,
) -> Result<SlotRow, Failure> {
    let mut connection = banners.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let not_found = || UserErrorCode::SlotNotFound.at(&["slotId"], context.language);
            let known = store::lock_slot(connection, id).await?.ok_or_else(not_found)?;
            let before = known.facts();
            let row = slot.row(id, known.key, context)?;
            store::update_slot(connection, &row).await?;
            let entry = Entry::on("banner", id).before(before).after(row.facts());
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    banners.placements.forget();
    Ok(row)
}
