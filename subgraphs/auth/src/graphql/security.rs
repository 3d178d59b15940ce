//! `Security`: how a person signs in.

use async_graphql::Object;

use super::factors::MfaFactor;
use crate::actions;

/// How the signed-in person signs in.
pub(crate) struct Security {
    pub(crate) read: actions::Security,
    pub(crate) second_factor_required: bool,
}

/// How the signed-in person signs in.
#[Object]
impl Security {
    /// The second factors that count, the oldest first.
    async fn factors(&self) -> Vec<MfaFactor> {
        self.read.factors.iter().cloned().map(MfaFactor).collect()
    }

    /// How many recovery codes are not used yet.
    async fn recovery_codes_left(&self) -> i32 {
        i32::try_from(self.read.recovery_codes_left).unwrap_or(i32::MAX)
    }

    /// Whether the person has to set up a second factor before selling, or working for the marketplace.
    async fn second_factor_required(&self) -> bool {
        self.second_factor_required
    }
}
