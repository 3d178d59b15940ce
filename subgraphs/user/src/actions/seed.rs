//! Many people at once, for demonstration and load work.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{AddressId, AddressRow, AddressText, ConsentPurpose, ConsentRow, Person, ProfileRow, UserId};
use crate::settings::UserSettings;
use crate::store;
use crate::vault::Vault;

/// How many people one statement inserts; PostgreSQL takes 65,535 values in a statement.
const CHUNK: usize = 1_000;
/// The version of the texts that seeded people have agreed to.
const CONSENT_VERSION: &str = "1";

/// A person with a profile. The account to sign in with is the auth service's.
#[derive(Clone, Debug)]
pub struct SeedUser {
    /// The user's id; without its prefix.
    pub id: Uuid,
    /// The e-mail address, in lower case.
    pub email: String,
    /// The name, up to 50 characters.
    pub name: String,
    /// A Korean phone number with hyphens.
    pub phone: Option<String>,
    /// The default address.
    pub address: Option<SeedAddress>,
    /// When the person signed up.
    pub registered_at: DateTime<Utc>,
}

/// A delivery address.
#[derive(Clone, Debug)]
pub struct SeedAddress {
    /// Five digits.
    pub zonecode: String,
    /// 도로명주소.
    pub road_address: String,
    /// What follows it: building, floor, door.
    pub detail: String,
}

/// Makes these people complete: inserts those whose id is new, and gives their address and the required consents to
/// those who have none. Returns how many were new. Repeating it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn seed(database: &Database, settings: &UserSettings, users: &[SeedUser]) -> Result<usize, GraphError> {
    let vault = Vault::new(&settings.data_key)?;
    let mut inserted = 0;
    for chunk in users.chunks(CHUNK) {
        let mut connection = database.connection().await?;
        inserted += connection.transaction(async |connection| seed_chunk(connection, &vault, chunk).await).await?;
    }
    Ok(inserted)
}

async fn seed_chunk(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    chunk: &[SeedUser],
) -> Result<usize, GraphError> {
    let profiles: Vec<ProfileRow> = chunk.iter().map(profile).collect();
    let inserted = store::insert_new_profiles(connection, vault, &profiles).await?.len();
    // A profile may have come by `user.registered` before, without an address and consents.
    let ids: Vec<UserId> = profiles.iter().map(|profile| profile.id).collect();
    let reached: HashSet<UserId> =
        store::addresses_by_user(connection, vault, &ids).await?.into_iter().map(|address| address.user_id).collect();
    let agreed: HashSet<UserId> =
        store::consents_by_user(connection, &ids).await?.into_iter().map(|consent| consent.user_id).collect();
    let without = |known: &HashSet<UserId>, user: &SeedUser| !known.contains(&UserId(user.id));
    let addresses: Vec<AddressRow> = chunk
        .iter()
        .filter(|user| without(&reached, user))
        .filter_map(|user| Some(address(user, user.address.as_ref()?)))
        .collect();
    if !addresses.is_empty() {
        store::insert_addresses(connection, vault, &addresses).await?;
    }
    let consents: Vec<ConsentRow> = chunk.iter().filter(|user| without(&agreed, user)).flat_map(consents).collect();
    if !consents.is_empty() {
        store::insert_consents(connection, &consents).await?;
    }
    Ok(inserted)
}

fn profile(user: &SeedUser) -> ProfileRow {
    ProfileRow {
        id: UserId(user.id),
        person: Some(Person { email: user.email.clone(), name: user.name.clone(), phone: user.phone.clone() }),
        created_at: user.registered_at,
        updated_at: user.registered_at,
    }
}

fn address(user: &SeedUser, address: &SeedAddress) -> AddressRow {
    AddressRow {
        id: AddressId::new(),
        user_id: UserId(user.id),
        text: AddressText {
            label: None,
            recipient: user.name.clone(),
            phone: user.phone.clone().unwrap_or_default(),
            zonecode: address.zonecode.clone(),
            road_address: address.road_address.clone(),
            jibun_address: None,
            building_name: None,
            bcode: None,
            detail: address.detail.clone(),
            entrance_note: None,
        },
        is_default: true,
        created_at: user.registered_at,
        updated_at: user.registered_at,
    }
}

fn consents(user: &SeedUser) -> [ConsentRow; 3] {
    [ConsentPurpose::Terms, ConsentPurpose::Privacy, ConsentPurpose::AgeOver14].map(|purpose| ConsentRow {
        user_id: UserId(user.id),
        purpose,
        version: CONSENT_VERSION.to_owned(),
        granted: true,
        recorded_at: user.registered_at,
    })
}
