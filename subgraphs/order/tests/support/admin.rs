//! A stand-in of the admin service: it knows the refunds that a test has approved.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, Schema};
use platform::money::Long;

/// Up to how much may be refunded of what is named so, of all tests of the process.
pub(crate) static APPROVED: LazyLock<Mutex<HashMap<String, i64>>> = LazyLock::new(Mutex::default);

pub(crate) struct AdminQuery;

#[Object]
impl AdminQuery {
    async fn approved_refund(&self, claim_id: Option<ID>, order_id: Option<ID>) -> Option<Long> {
        let object = claim_id.or(order_id)?;
        APPROVED.lock().unwrap().get(object.as_str()).copied().map(Long)
    }
}

platform::stand_in!(
    /// Knows the refunds that were approved.
    pub(crate) ADMIN, "admin", Schema::build(AdminQuery, EmptyMutation, EmptySubscription).finish()
);
