//! Stand-ins for the services that `auth` asks. What they answer is set per user, so that tests do not meet.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use async_graphql::{EmptyMutation, EmptySubscription, ID, InputObject, Object, Schema, SimpleObject};

static SELLERS: Mutex<Option<HashMap<String, Vec<String>>>> = Mutex::new(None);
static FAILING: Mutex<Option<HashSet<String>>> = Mutex::new(None);
static REGISTERED: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// From now on this user acts for these sellers: as owner of the first, staff of the second, manager of the third.
pub(crate) fn set_memberships(user: &str, sellers: &[String]) {
    SELLERS.lock().unwrap().get_or_insert_default().insert(user.to_owned(), sellers.to_vec());
}

/// From now on memberships of this user cannot be had.
pub(crate) fn fail_for(user: &str) {
    FAILING.lock().unwrap().get_or_insert_default().insert(user.to_owned());
}

/// The e-mail address that the user service was told of the user.
pub(crate) fn registered_email(user: &str) -> Option<String> {
    REGISTERED.lock().unwrap().iter().find(|(id, _)| id == user).map(|(_, email)| email.clone())
}

struct SellerQuery;

#[derive(SimpleObject)]
struct SellerMember {
    seller: Seller,
    role: SellerRole,
}

#[derive(Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
enum SellerRole {
    Owner,
    Manager,
    Staff,
}

#[derive(SimpleObject)]
struct Seller {
    id: ID,
}

#[Object]
impl SellerQuery {
    async fn seller_memberships(&self, user_id: ID) -> async_graphql::Result<Vec<SellerMember>> {
        if FAILING.lock().unwrap().as_ref().is_some_and(|users| users.contains(user_id.as_str())) {
            return Err("away".into());
        }
        let sellers = SELLERS.lock().unwrap().as_ref().and_then(|sellers| sellers.get(user_id.as_str()).cloned());
        Ok(sellers
            .unwrap_or_default()
            .into_iter()
            .zip([SellerRole::Owner, SellerRole::Staff, SellerRole::Manager])
            .map(|(id, role)| SellerMember { seller: Seller { id: id.into() }, role })
            .collect())
    }
}

struct UserQuery;

#[Object]
impl UserQuery {
    async fn me(&self) -> bool {
        true
    }
}

struct UserMutation;

#[derive(InputObject)]
struct ConsentInput {
    purpose: String,
    version: String,
    granted: bool,
}

#[derive(InputObject)]
struct RegisterUserInput {
    id: ID,
    email: String,
    name: String,
    phone: Option<String>,
    consents: Vec<ConsentInput>,
}

#[derive(SimpleObject)]
struct RegisterUserPayload {
    user_errors: Vec<UserError>,
}

#[derive(SimpleObject)]
struct UserError {
    code: String,
    message: String,
}

#[Object]
impl UserMutation {
    async fn register_user(&self, input: RegisterUserInput) -> RegisterUserPayload {
        let RegisterUserInput { id, email, name: _, phone: _, consents } = input;
        assert!(
            consents.iter().all(|consent| consent.granted && !consent.purpose.is_empty() && consent.version == "1")
        );
        REGISTERED.lock().unwrap().push((id.to_string(), email));
        RegisterUserPayload { user_errors: Vec::new() }
    }
}

platform::stand_in!(
    /// A seller service that knows memberships alone.
    pub(crate) SELLER, "seller", Schema::build(SellerQuery, EmptyMutation, EmptySubscription).finish()
);

platform::stand_in!(
    /// A user service that takes registrations, and tells what tests put into its outbox.
    pub(crate) USER, "user", Schema::build(UserQuery, UserMutation, EmptySubscription).finish()
);
