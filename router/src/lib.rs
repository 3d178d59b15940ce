//! The Federation 2 router: composes subgraph schemas into a supergraph, plans operations over it, runs the plans in
//! process or over HTTP, and answers GraphQL and REST clients.
//!
//! It knows GraphQL and nothing about commerce, and it stands alone: it serves any Federation 2 supergraph. The README
//! has the map of its folders and the rules that hold between them.

pub mod compose;
mod error;
mod execute;
mod guard;
mod http;
mod introspect;
mod operation;
mod plan;
mod respond;
pub mod rest;
mod router;
mod schema;

pub use error::{GraphError, PathSegment, codes};
pub use guard::{Limits, PoliciesOfHeader, PoliciesOfPrincipal, PolicyEvaluator};
pub use http::{Access, Allowance, ApiClients, Edge, TrustedDocuments};
pub use plan::{PlannedEntities, PlannedFetch, QueryPlan};
pub use router::{Request, Response, Router, RouterError, RouterSettings, SubgraphAddress};
