//! What stands between a request and the graph: limits on its size, and what its principal may select.

mod access;
mod limits;
mod policies;

pub(crate) use access::{AccessRules, RequirementId};
pub use limits::Limits;
pub(crate) use limits::{check, count};
pub use policies::{PoliciesOfHeader, PoliciesOfPrincipal, PolicyEvaluator};
