//! The mutations.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::errors::{GraphError, UserError};
use platform::identity::{SignedIn, authenticated, current_user, request_context};

use super::cart::Cart;
use crate::actions::{self, Addition, Carts, owner_of};
use crate::error::{ErrorCode, Failure};
use crate::model::{CartLineId, CartRow, Owner, UserId, VariantId};

/// What to put into the cart.
#[derive(InputObject)]
pub(crate) struct AddToCartInput {
    /// A guest's token; absent for members, and for a guest's first line.
    token: Option<String>,
    /// The variant.
    variant_id: VariantId,
    /// How many more.
    #[graphql(default = 1)]
    quantity: i32,
    /// What the buyer writes for each of its product's options, in their order, where they are written (직접입력).
    #[graphql(default)]
    option_texts: Vec<String>,
    /// Add-on goods (추가상품) of its product that are put in with it; all of it is put in, or nothing.
    #[graphql(default)]
    add_ons: Vec<CartAddOnInput>,
}

/// An add-on that is put into the cart.
#[derive(InputObject)]
pub(crate) struct CartAddOnInput {
    /// The variant, one of its product's `addOns`.
    variant_id: VariantId,
    /// How many more.
    #[graphql(default = 1)]
    quantity: i32,
    /// What the buyer writes for each of its product's options, where they are written.
    #[graphql(default)]
    option_texts: Vec<String>,
}

/// A line's new quantity.
#[derive(InputObject)]
pub(crate) struct UpdateCartLineInput {
    /// A guest's token; absent for members.
    token: Option<String>,
    /// The line.
    line_id: CartLineId,
    /// How many.
    quantity: i32,
}

/// Which lines to take out.
#[derive(InputObject)]
pub(crate) struct RemoveCartLinesInput {
    /// A guest's token; absent for members.
    token: Option<String>,
    /// The lines.
    line_ids: Vec<CartLineId>,
}

/// Which lines are meant for the next order, or not.
#[derive(InputObject)]
pub(crate) struct SelectCartLinesInput {
    /// A guest's token; absent for members.
    token: Option<String>,
    /// The lines.
    line_ids: Vec<CartLineId>,
    /// Whether they are meant for the next order.
    selected: bool,
}

/// Whose changes are accepted.
#[derive(InputObject)]
pub(crate) struct AcceptCartChangesInput {
    /// A guest's token; absent for members.
    token: Option<String>,
}

/// Which guest's cart is the member's now.
#[derive(InputObject)]
pub(crate) struct MergeCartInput {
    /// The guest's token.
    token: String,
}

/// The cart as it is now.
#[derive(SimpleObject, Default)]
pub(crate) struct CartPayload {
    /// The cart.
    cart: Option<Cart>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

fn payload(outcome: Result<CartRow, Failure>, token: Option<String>) -> Result<CartPayload, GraphError> {
    Ok(match outcome {
        Ok(row) => CartPayload {
            cart: Some(Cart { token: token.filter(|_| row.user_id.is_none()), ..Cart::new(row) }),
            user_errors: Vec::new(),
        },
        Err(failure) => CartPayload { cart: None, user_errors: failure.into_refusals()? },
    })
}

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Puts a variant into the cart. A guest without a token gets a cart and its token.
    async fn add_to_cart(&self, ctx: &Context<'_>, input: AddToCartInput) -> async_graphql::Result<CartPayload> {
        let (carts, context) = (ctx.data::<Carts>()?, request_context(ctx));
        let token = input.token.unwrap_or_else(actions::new_token);
        let owner = owner_of(context, Some(&token)).unwrap_or_else(|| Owner::Guest(actions::hash(&token)));
        let variant_id = input.variant_id;
        let add_ons = input.add_ons.into_iter().map(|one| (one.variant_id, one.quantity, one.option_texts)).collect();
        let addition = Addition { variant_id, quantity: input.quantity, option_texts: input.option_texts, add_ons };
        let (outcome, added) = match actions::add(carts, owner, addition, context).await {
            Ok((row, offer)) => (Ok(row), Some((variant_id, offer))),
            Err(failure) => (Err(failure), None),
        };
        let CartPayload { cart, user_errors } = payload(outcome, Some(token))?;
        Ok(CartPayload { cart: cart.map(|cart| Cart { added, ..cart }), user_errors })
    }

    /// Sets a line's quantity.
    async fn update_cart_line(
        &self,
        ctx: &Context<'_>,
        input: UpdateCartLineInput,
    ) -> async_graphql::Result<CartPayload> {
        let (carts, context) = (ctx.data::<Carts>()?, request_context(ctx));
        let owner = owner_of(context, input.token.as_deref());
        let outcome = actions::set_quantity(carts, owner, input.line_id, input.quantity, context).await;
        Ok(payload(outcome, input.token)?)
    }

    /// Takes lines out.
    async fn remove_cart_lines(
        &self,
        ctx: &Context<'_>,
        input: RemoveCartLinesInput,
    ) -> async_graphql::Result<CartPayload> {
        let (carts, context) = (ctx.data::<Carts>()?, request_context(ctx));
        let owner = owner_of(context, input.token.as_deref());
        let outcome = actions::remove(carts, owner, &input.line_ids, context).await;
        Ok(payload(outcome, input.token)?)
    }

    /// Marks lines as meant for the next order, or not.
    async fn select_cart_lines(
        &self,
        ctx: &Context<'_>,
        input: SelectCartLinesInput,
    ) -> async_graphql::Result<CartPayload> {
        let (carts, context) = (ctx.data::<Carts>()?, request_context(ctx));
        let owner = owner_of(context, input.token.as_deref());
        let outcome = actions::select(carts, owner, &input.line_ids, input.selected, context).await;
        Ok(payload(outcome, input.token)?)
    }

    /// The buyer has seen the changes: new prices are accepted, quantities become what there is, and what is sold out or
    /// not sold any more is taken out.
    async fn accept_cart_changes(
        &self,
        ctx: &Context<'_>,
        input: AcceptCartChangesInput,
    ) -> async_graphql::Result<CartPayload> {
        let (carts, context) = (ctx.data::<Carts>()?, request_context(ctx));
        let owner = owner_of(context, input.token.as_deref());
        let outcome = actions::accept_changes(carts, owner, context).await;
        Ok(payload(outcome, input.token)?)
    }

    /// Puts a guest's cart into the member's; the guest's token is worth nothing after that.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn merge_cart(&self, ctx: &Context<'_>, input: MergeCartInput) -> async_graphql::Result<CartPayload> {
        let member = UserId(current_user(ctx)?);
        Ok(payload(actions::merge(ctx.data::<Carts>()?, member, &input.token).await, None)?)
    }
}
