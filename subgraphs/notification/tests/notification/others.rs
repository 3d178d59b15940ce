//! Stand-ins of the services that know who acts for a seller, who is of the staff, and where a payment is waited for.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, Object, Schema, SimpleObject};

#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq, Hash)]
pub(crate) enum SellerRole {
    Owner,
    Staff,
}

#[derive(Clone, SimpleObject)]
struct User {
    id: ID,
}

#[derive(Clone, SimpleObject)]
struct SellerMember {
    role: SellerRole,
    user: User,
}

#[derive(Clone, SimpleObject)]
struct Seller {
    members: Vec<SellerMember>,
}

#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq, Hash)]
pub(crate) enum Permission {
    ApprovalDecide,
    Sellers,
    Orders,
}

/// The members of sellers, and the staff whose roles permit something, that all tests of the process have told.
static MEMBERS: LazyLock<Mutex<HashMap<String, Vec<SellerMember>>>> = LazyLock::new(Mutex::default);
static STAFF: LazyLock<Mutex<Vec<(Permission, String)>>> = LazyLock::new(Mutex::default);

/// Somebody acts for a seller.
pub(crate) fn appoint(seller: &str, user: &str, role: SellerRole) {
    let member = SellerMember { role, user: User { id: user.into() } };
    MEMBERS.lock().unwrap().entry(seller.to_owned()).or_default().push(member);
}

/// Somebody is of the staff.
pub(crate) fn employ(user: &str, permission: Permission) {
    STAFF.lock().unwrap().push((permission, user.to_owned()));
}

struct SellerQuery;

#[Object]
impl SellerQuery {
    async fn seller(&self, id: ID) -> Option<Seller> {
        MEMBERS.lock().unwrap().get(id.as_str()).cloned().map(|members| Seller { members })
    }
}

struct AdminQuery;

#[Object]
impl AdminQuery {
    async fn staff_permitted(&self, permission: Permission) -> Vec<ID> {
        let staff = STAFF.lock().unwrap();
        staff.iter().filter(|(known, _)| *known == permission).map(|(_, user)| user.as_str().into()).collect()
    }
}

platform::stand_in!(
    /// Knows the members that were told.
    pub(crate) SELLER, "seller", Schema::build(SellerQuery, EmptyMutation, EmptySubscription).finish()
);
platform::stand_in!(
    /// Knows the staff that were told.
    pub(crate) ADMIN, "admin", Schema::build(AdminQuery, EmptyMutation, EmptySubscription).finish()
);

struct PaymentQuery;

#[derive(SimpleObject)]
struct Payment {
    virtual_account: Option<VirtualAccount>,
}

#[derive(SimpleObject)]
struct VirtualAccount {
    bank: &'static str,
    account_number: &'static str,
}

#[Object]
impl PaymentQuery {
    async fn payment(&self, id: ID) -> Option<Payment> {
        let virtual_account = Some(VirtualAccount { bank: "088", account_number: "110-123-456789" });
        id.starts_with("pay_").then_some(Payment { virtual_account })
    }
}

platform::stand_in!(
    /// Every payment waits for money on the same account.
    pub(crate) PAYMENT, "payment", Schema::build(PaymentQuery, EmptyMutation, EmptySubscription).finish()
);
