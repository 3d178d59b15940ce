//! Who asks: the principal of a request, the tokens that carry it, and the guards that check it.

mod guard;
mod jwks;
mod principal;
mod token;

pub use guard::{
    AnyScope, RecentProof, SignedIn, authenticated, current_principal, current_user, request_context,
    require_any_scope, require_proof_within, require_recent_proof,
};
pub use jwks::{jwks_in_process, jwks_over_http};
pub use principal::{OrganisationRole, Principal, Scope};
pub use token::{AccessClaims, AccessTokenVerifier, ImpersonationSource, InternalTokens, JwkSource, TokenError};
