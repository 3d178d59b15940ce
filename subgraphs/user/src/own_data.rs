//! What this service itself holds about a person, as sections of the document.

use std::collections::BTreeMap;

use chrono::Utc;
use platform::errors::GraphError;
use platform::paging::{Page, PageRequest, encode_cursor};
use serde_json::{Value, json};

use crate::actions::State;
use crate::document::Section;
use crate::model::{AddressRow, ConsentRow, DataViewRow, Person, ProfileRow, WishRow};
use crate::store::{self, ListKey};

/// The sections that this service holds: the profile as it was read already, everything else as it is now.
pub(crate) async fn sections(
    state: &State,
    profile: &ProfileRow,
    person: &Person,
) -> Result<BTreeMap<&'static str, Section>, GraphError> {
    let user = profile.id;
    let page = PageRequest::<ListKey> { limit: state.settings.export_entries, backward: false, from: None };
    let mut connection = state.database.connection().await?;
    let addresses = store::addresses_by_user(&mut connection, &state.vault, &[user]).await?;
    let consents = store::consent_history(&mut connection, user).await?;
    let wishes = store::wishes_page(&mut connection, user, &page).await?;
    let views = store::views_page(&mut connection, user, &page).await?;
    let exports = store::exports_by_user(&mut connection, user).await?;
    let adult = match store::adults_by_id(&mut connection, &[user], Utc::now()).await?.pop() {
        Some(row) => {
            let born = store::birth_year(&mut connection, &state.vault, &row).await?;
            vec![json!({ "verifiedAt": row.verified_at, "expiresAt": row.expires_at, "birthYear": born })]
        }
        None => Vec::new(),
    };
    drop(connection);
    let exports = exports.iter().map(|at| json!({ "exportedAt": at })).collect();
    Ok(BTreeMap::from([
        ("profile", Section::complete(vec![profile_entry(profile, person)])),
        ("addresses", Section::complete(addresses.iter().map(address_entry).collect())),
        ("consents", Section::complete(consents.iter().map(consent_entry).collect())),
        ("wishlist", listed(&page.finish(wishes), wish_entry, |row| (row.added_at, row.product_id.0))),
        ("dataViews", listed(&page.finish(views), view_entry, |row| (row.viewed_at, row.id))),
        ("exports", Section::complete(exports)),
        ("adultVerification", Section::complete(adult)),
    ]))
}

/// The entries of a page, and where its list goes on.
fn listed<T>(page: &Page<T>, entry: impl Fn(&T) -> Value, key: impl Fn(&T) -> ListKey) -> Section {
    let last = page.rows.last().filter(|_| page.has_next);
    Section::up_to(page.rows.iter().map(entry).collect(), last.map(|row| encode_cursor(&key(row))))
}

fn profile_entry(row: &ProfileRow, person: &Person) -> Value {
    json!({
        "id": row.id, "email": person.email, "name": person.name, "phone": person.phone,
        "createdAt": row.created_at, "updatedAt": row.updated_at,
    })
}

fn address_entry(row: &AddressRow) -> Value {
    let text = &row.text;
    json!({
        "id": row.id, "label": text.label, "recipient": text.recipient, "phone": text.phone,
        "zonecode": text.zonecode, "roadAddress": text.road_address, "jibunAddress": text.jibun_address,
        "buildingName": text.building_name, "bcode": text.bcode, "detail": text.detail,
        "entranceNote": text.entrance_note, "isDefault": row.is_default,
        "createdAt": row.created_at, "updatedAt": row.updated_at,
    })
}

fn consent_entry(row: &ConsentRow) -> Value {
    json!({
        "purpose": row.purpose, "version": row.version, "granted": row.granted, "recordedAt": row.recorded_at,
    })
}

fn wish_entry(row: &WishRow) -> Value {
    json!({ "productId": row.product_id, "addedAt": row.added_at })
}

fn view_entry(row: &DataViewRow) -> Value {
    json!({
        "viewerId": row.viewer(), "viewerKind": row.viewer_kind, "sellerId": row.seller_id, "what": row.what,
        "reason": row.reason, "viewedAt": row.viewed_at,
    })
}
