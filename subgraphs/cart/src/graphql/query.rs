//! The queries and entity look-ups.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use futures::future::try_join_all;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_principal, request_context};

use super::cart::Cart;
use super::line::CartLine;
use crate::actions::{Carts, owner_of};
use crate::loaders::Loaders;
use crate::model::{CartLineId, UserId};
use crate::store;

pub(crate) struct Query;

#[Object]
impl Query {
    /// The member's cart, or the guest's who has this token. Null when there is none yet.
    async fn cart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A guest's token; members need none.")] token: Option<String>,
    ) -> async_graphql::Result<Option<Cart>> {
        let context = request_context(ctx);
        let Some(owner) = owner_of(context, token.as_deref()) else { return Ok(None) };
        let carts = ctx.data::<Carts>()?;
        let mut connection = carts.database.connection().await.map_err(GraphError::from)?;
        let row = store::cart_of(&mut connection, &owner).await.map_err(GraphError::from)?;
        Ok(row.map(|row| Cart { token: token.filter(|_| row.user_id.is_none()), ..Cart::new(row) }))
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn cart_lines(
        &self,
        ctx: &Context<'_>,
        ids: Vec<CartLineId>,
    ) -> async_graphql::Result<Vec<Option<CartLine>>> {
        let loaders = ctx.data::<Loaders>()?;
        let rows = try_join_all(ids.into_iter().map(|id| loaders.line(id))).await?;
        Ok(rows.into_iter().map(|found| found.map(|(row, owner)| CartLine { row, owner, offer: None })).collect())
    }

    #[graphql(entity)]
    async fn find_user(&self, id: UserId) -> User {
        User { id }
    }

    #[graphql(entity)]
    async fn find_cart(&self, ctx: &Context<'_>, id: crate::model::CartId) -> async_graphql::Result<Option<Cart>> {
        let Some(user) = current_principal(ctx).user_id else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.cart_of(UserId(user)).await?;
        Ok(row.filter(|row| row.id == id).map(Cart::new))
    }

    #[graphql(entity)]
    async fn find_cart_line(&self, ctx: &Context<'_>, id: CartLineId) -> async_graphql::Result<Option<CartLine>> {
        let principal = current_principal(ctx);
        let found = ctx.data::<Loaders>()?.line(id).await?;
        Ok(found
            .filter(|(_, owner)| {
                principal.has_scope(Scope::Service) || (owner.is_some() && *owner == principal.user_id.map(UserId))
            })
            .map(|(row, owner)| CartLine { row, owner, offer: None }))
    }
}

/// A user.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct User {
    /// The user's id.
    id: UserId,
}

#[ComplexObject]
impl User {
    /// The member's own cart; null when there is none yet.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn cart(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Cart>> {
        if current_principal(ctx).user_id != Some(self.id.0) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let row = ctx.data::<Loaders>()?.cart_of(self.id).await?;
        Ok(row.map(Cart::new))
    }
}
