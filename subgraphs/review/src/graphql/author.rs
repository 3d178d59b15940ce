//! Who wrote a review, and what reviews add to a person.

use async_graphql::{Context, Object};
use platform::errors::GraphError;
use platform::identity::{Scope, SignedIn, current_principal, request_context};
use platform::paging::Connection;

use super::list::{Page, reviews};
use super::review::Review;
use crate::loaders::Loaders;
use crate::model::{ReviewSort, UserId};
use crate::store::ReviewFilter;

/// Who wrote a review.
pub(crate) struct ReviewAuthor {
    pub(crate) id: UserId,
}

/// Who wrote a review, as readers may know it.
#[Object]
impl ReviewAuthor {
    /// The author's name with its middle hidden, as in 김*아; 탈퇴한 회원 when the account is gone.
    async fn display_name(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let language = request_context(ctx).language;
        Ok(match ctx.data::<Loaders>()?.author(self.id).await? {
            Some(author) if author.withdrawn => language.choose("탈퇴한 회원", "Former member").to_owned(),
            Some(author) => author.display_name,
            None => language.choose("구매자", "Buyer").to_owned(),
        })
    }

    /// Whether the account is gone.
    async fn withdrawn(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(ctx.data::<Loaders>()?.author(self.id).await?.is_some_and(|author| author.withdrawn))
    }

    /// The author's account. For the author and staff; null for anybody else.
    async fn user(&self, ctx: &Context<'_>) -> Option<User> {
        may_see(ctx, self.id).then_some(User { id: self.id })
    }
}

/// Whether the one who asks may see what is a person's own: the person, staff, and our own services.
pub(crate) fn may_see(ctx: &Context<'_>, user: UserId) -> bool {
    let principal = current_principal(ctx);
    principal.user_id == Some(user.0) || principal.has_scope(Scope::StaffReviews) || principal.has_scope(Scope::Service)
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

    /// What the person wrote, the newest first, with what staff has hidden. For the person and staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn reviews(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<Review>> {
        if !may_see(ctx, self.id) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let filter = ReviewFilter { author_id: Some(self.id), hidden_too: true, ..ReviewFilter::default() };
        reviews(ctx, filter, ReviewSort::Newest, Page { first, after, ..Page::default() }).await
    }
}
