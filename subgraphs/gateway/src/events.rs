//! What the gateway tells.

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::Serialize;

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[FactDoc::of::<AuditRecorded>(), FactDoc::of::<SupergraphChanged>()];

/// Another supergraph answers clients.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SupergraphChanged {
    /// The SHA-256 of its SDL, in hexadecimal.
    pub(crate) hash: String,
    /// The hash of the one before; null for the first.
    pub(crate) previous_hash: Option<String>,
    /// The subgraphs that it is made of.
    pub(crate) subgraphs: Vec<String>,
    /// Since when.
    pub(crate) in_force_since: DateTime<Utc>,
}

impl Fact for SupergraphChanged {
    const KIND: &'static str = "supergraph.changed";

    fn aggregate(&self) -> String {
        "supergraph".to_owned()
    }
}
