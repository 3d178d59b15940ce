//! `SellerMember`, and what this service adds to `User`.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{Scope, SignedIn, request_context};

use super::seller::Seller;
use super::state;
use crate::model::{MemberRow, SellerRole, UserId};

/// A person who acts for a seller.
pub(crate) struct SellerMember(pub(crate) MemberRow);

/// A person who acts for a seller.
#[Object]
impl SellerMember {
    /// The seller.
    async fn seller(&self, ctx: &Context<'_>) -> async_graphql::Result<Seller> {
        let seller = state(ctx)?.loaders.sellers.load(self.0.seller_id).await?;
        Ok(seller.map(Seller).ok_or_else(|| GraphError::internal("a member's seller is gone"))?)
    }

    /// The person.
    async fn user(&self) -> User {
        User { id: self.0.user_id }
    }

    /// What the person may do.
    async fn role(&self) -> SellerRole {
        self.0.role
    }

    /// Since when.
    async fn joined_at(&self) -> DateTime<Utc> {
        self.0.joined_at
    }
}

/// A person with an account.
pub(crate) struct User {
    pub(crate) id: UserId,
}

/// A person with an account.
#[Object]
impl User {
    /// The person's identifier, `usr_…`.
    async fn id(&self) -> UserId {
        self.id
    }

    /// The sellers that the person acts for. For the person and for staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn seller_memberships(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SellerMember>> {
        let context = request_context(ctx);
        let principal = &context.principal;
        let allowed = principal.user_id == Some(self.id.0)
            || principal.has_scope(Scope::StaffSellers)
            || principal.has_scope(Scope::Service);
        if !allowed {
            return Err(GraphError::forbidden(context.language).into());
        }
        memberships_of(ctx, self.id).await
    }
}

/// A person's memberships, the oldest first.
pub(crate) async fn memberships_of(ctx: &Context<'_>, user: UserId) -> async_graphql::Result<Vec<SellerMember>> {
    let memberships = state(ctx)?.loaders.memberships.load(user).await?;
    Ok(memberships.iter().flat_map(|rows| rows.iter()).cloned().map(SellerMember).collect())
}
