//! Showing to be an adult.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;

use super::state;
use crate::identity::IdentityDesk;
use crate::model::{AdultRow, IdentityVerificationId, IdentityVerificationRow};
use crate::store;

/// A verification to confirm.
#[derive(InputObject)]
pub(crate) struct ConfirmIdentityVerificationInput {
    /// Which: one that the signed-in person has started and gone through in the provider's window.
    pub(crate) id: IdentityVerificationId,
}

/// A verification of who the signed-in person is (본인인증), to go through in the window of PortOne's browser SDK:
/// `PortOne.requestIdentityVerification({ storeId, identityVerificationId: id, channelKey })`. Then
/// `confirmIdentityVerification` takes it.
#[derive(SimpleObject)]
pub(crate) struct IdentityVerification {
    /// The verification's identifier, `idv_…`, here and at the provider.
    id: IdentityVerificationId,
    /// The store, for the SDK.
    store_id: String,
    /// The channel, for the SDK; what another one verifies does not count.
    channel_key: String,
    /// A window to open in place of the SDK's; null but where a sandbox takes the provider's place.
    window_url: Option<String>,
    /// Until when it can be confirmed.
    expires_at: DateTime<Utc>,
}

impl IdentityVerification {
    pub(crate) fn new(row: &IdentityVerificationRow, desk: &IdentityDesk) -> Self {
        Self {
            id: row.id,
            store_id: desk.store_id.clone(),
            channel_key: desk.channel_key.clone(),
            window_url: desk.window_url.as_ref().map(|window| format!("{window}/{}", row.id)),
            expires_at: row.expires_at,
        }
    }
}

/// That a person has shown to be an adult, and what is kept of it.
pub(crate) struct AdultVerification(pub(crate) Arc<AdultRow>);

/// That a person has shown to be an adult: one who turns 19 in the calendar year or before (연 나이).
#[Object]
impl AdultVerification {
    /// When.
    async fn verified_at(&self) -> DateTime<Utc> {
        self.0.verified_at
    }

    /// Until when it holds.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// The year of birth.
    async fn birth_year(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<i32>> {
        let state = state(ctx)?;
        let mut connection = state.database.connection().await.map_err(GraphError::from)?;
        Ok(store::birth_year(&mut connection, &state.vault, &self.0).await?)
    }
}
