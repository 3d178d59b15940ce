//! What releases before sealing wrote: plain columns, until `0003_only_sealed_contract` drops them. Goes with them.

use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::errors::GraphError;

use super::addresses::set_address;
use super::people::set_person;
use crate::model::{AddressId, AddressText, Person, UserId};
use crate::vault::Vault;

diesel::table! {
    #[sql_name = "profile"]
    plain_profile (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        phone -> Nullable<Text>,
        updated_at -> Timestamptz,
        sealed -> Nullable<Binary>,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    #[sql_name = "address"]
    plain_address (id) {
        id -> Uuid,
        user_id -> Uuid,
        label -> Nullable<Text>,
        recipient -> Text,
        phone -> Text,
        zonecode -> Text,
        road_address -> Text,
        jibun_address -> Nullable<Text>,
        building_name -> Nullable<Text>,
        bcode -> Nullable<Text>,
        detail -> Text,
        entrance_note -> Nullable<Text>,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    information_schema.columns (table_schema, table_name, column_name) {
        table_schema -> Text,
        table_name -> Text,
        column_name -> Text,
    }
}

diesel::define_sql_function! {
    /// The schema of the service.
    fn current_schema() -> Text;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plain_address)]
struct PlainAddress {
    id: AddressId,
    user_id: UserId,
    label: Option<String>,
    recipient: String,
    phone: String,
    zonecode: String,
    road_address: String,
    jibun_address: Option<String>,
    building_name: Option<String>,
    bcode: Option<String>,
    detail: String,
    entrance_note: Option<String>,
}

impl PlainAddress {
    fn into_text(self) -> AddressText {
        AddressText {
            label: self.label,
            recipient: self.recipient,
            phone: self.phone,
            zonecode: self.zonecode,
            road_address: self.road_address,
            jibun_address: self.jibun_address,
            building_name: self.building_name,
            bcode: self.bcode,
            detail: self.detail,
            entrance_note: self.entrance_note,
        }
    }
}

/// Seals up to `limit` people and as many addresses, and empties their plain columns; returns how many rows. Call it
/// inside a transaction.
pub(crate) async fn seal_plain(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    limit: i64,
) -> Result<usize, GraphError> {
    let plain_columns = columns::table
        .filter(columns::table_schema.eq(current_schema()))
        .filter(columns::table_name.eq("profile"))
        .filter(columns::column_name.eq("email"));
    if !select(exists(plain_columns)).get_result::<bool>(connection).await? {
        return Ok(0);
    }
    let people = seal_profiles(connection, vault, limit).await?;
    Ok(people + seal_addresses(connection, vault, limit).await?)
}

/// Whose, the e-mail address, the name, the phone number, and when they were changed.
type PlainPerson = (UserId, String, String, Option<String>, chrono::DateTime<chrono::Utc>);

async fn seal_profiles(connection: &mut AsyncPgConnection, vault: &Vault, limit: i64) -> Result<usize, GraphError> {
    use self::plain_profile::dsl::{email, id, name, phone, sealed, updated_at, withdrawn_at};
    let plain = plain_profile::table.filter(sealed.is_null()).filter(withdrawn_at.is_null()).limit(limit);
    let rows: Vec<PlainPerson> =
        plain.for_update().skip_locked().select((id, email, name, phone, updated_at)).load(connection).await?;
    let count = rows.len();
    for (user, its_email, its_name, its_phone, at) in rows {
        let person = Person { email: its_email, name: its_name, phone: its_phone };
        set_person(connection, vault, user, &person, at).await?;
        diesel::update(plain_profile::table.find(user))
            .set((email.eq(""), name.eq(""), phone.eq(None::<String>)))
            .execute(connection)
            .await?;
    }
    Ok(count)
}

async fn seal_addresses(connection: &mut AsyncPgConnection, vault: &Vault, limit: i64) -> Result<usize, GraphError> {
    let plain = plain_address::table.filter(plain_address::sealed.is_null()).limit(limit);
    let rows: Vec<PlainAddress> =
        plain.for_update().skip_locked().select(PlainAddress::as_select()).load(connection).await?;
    let count = rows.len();
    for row in rows {
        let (id, user) = (row.id, row.user_id);
        set_address(connection, vault, user, id, &row.into_text()).await?;
        diesel::update(plain_address::table.find(id))
            .set((
                plain_address::label.eq(None::<String>),
                plain_address::recipient.eq(""),
                plain_address::phone.eq(""),
                plain_address::zonecode.eq(""),
                plain_address::road_address.eq(""),
                plain_address::jibun_address.eq(None::<String>),
                plain_address::building_name.eq(None::<String>),
                plain_address::bcode.eq(None::<String>),
                plain_address::detail.eq(""),
                plain_address::entrance_note.eq(None::<String>),
            ))
            .execute(connection)
            .await?;
    }
    Ok(count)
}
