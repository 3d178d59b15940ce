//! Queries. Each takes a connection.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{CartId, CartLineId, CartRow, LineRow, Offer, Owner, UserId, VariantId};
use crate::schema::{cart, cart_line};
use crate::statements::{AddLine, Added};

/// How much goes into a cart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Lines of one cart.
    pub(crate) lines: i64,
    /// Quantity of one line.
    pub(crate) quantity: i32,
}

pub(crate) async fn cart_of(connection: &mut AsyncPgConnection, owner: &Owner) -> QueryResult<Option<CartRow>> {
    let query = cart::table.select(CartRow::as_select());
    match owner {
        Owner::Member(user) => query.filter(cart::user_id.eq(*user)).first(connection).await.optional(),
        Owner::Guest(hash) => query.filter(cart::token_hash.eq(hash)).first(connection).await.optional(),
    }
}

/// The owner's cart; made when there is none.
pub(crate) async fn ensure_cart(connection: &mut AsyncPgConnection, owner: &Owner) -> QueryResult<CartRow> {
    let (user_id, token_hash) = match owner {
        Owner::Member(user) => (Some(*user), None),
        Owner::Guest(hash) => (None, Some(hash.as_slice())),
    };
    if let Some(row) = cart_of(connection, owner).await? {
        return Ok(row);
    }
    diesel::insert_into(cart::table)
        .values((cart::id.eq(CartId::new()), cart::user_id.eq(user_id), cart::token_hash.eq(token_hash)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    cart_of(connection, owner).await?.ok_or(diesel::result::Error::NotFound)
}

/// Locks the cart for the rest of the transaction and marks it as changed.
pub(crate) async fn touch(connection: &mut AsyncPgConnection, id: CartId) -> QueryResult<()> {
    diesel::update(cart::table.find(id)).set(cart::updated_at.eq(diesel::dsl::now)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn lines_of(connection: &mut AsyncPgConnection, id: CartId) -> QueryResult<Vec<LineRow>> {
    cart_line::table
        .filter(cart_line::cart_id.eq(id))
        .order((cart_line::added_at, cart_line::id))
        .select(LineRow::as_select())
        .load(connection)
        .await
}

/// Adds to the variant's line in the owner's cart, within the limits. `None` when the owner has no cart.
pub(crate) async fn add_line(
    connection: &mut AsyncPgConnection,
    owner: &Owner,
    (variant_id, quantity, option_texts): (VariantId, i32, &[String]),
    offer: &Offer,
    limits: Limits,
) -> QueryResult<Option<Added>> {
    let (user_id, token_hash) = match owner {
        Owner::Member(user) => (Some(*user), None),
        Owner::Guest(hash) => (None, Some(hash.clone())),
    };
    let statement = AddLine {
        user_id,
        token_hash,
        line_id: CartLineId::new(),
        variant_id,
        seller_id: offer.seller_id,
        quantity,
        price: offer.price,
        option_texts: option_texts.to_vec(),
        same_variant: variant_id,
        most_lines: limits.lines,
        largest_quantity: limits.quantity,
    };
    statement.get_result(connection).await.optional()
}

/// The texts of the variant's line in the cart; none where it is not in it.
pub(crate) async fn texts_of(
    connection: &mut AsyncPgConnection,
    cart_id: CartId,
    variant_id: VariantId,
) -> QueryResult<Option<Vec<String>>> {
    let line = cart_line::table.filter(cart_line::cart_id.eq(cart_id)).filter(cart_line::variant_id.eq(variant_id));
    line.select(cart_line::option_texts).first(connection).await.optional()
}

pub(crate) async fn set_quantity(
    connection: &mut AsyncPgConnection,
    cart_id: CartId,
    line: CartLineId,
    quantity: i32,
) -> QueryResult<bool> {
    let updated = diesel::update(cart_line::table.find(line))
        .filter(cart_line::cart_id.eq(cart_id))
        .set(cart_line::quantity.eq(quantity))
        .execute(connection)
        .await?;
    Ok(updated == 1)
}

pub(crate) async fn remove_lines(
    connection: &mut AsyncPgConnection,
    cart_id: CartId,
    lines: &[CartLineId],
) -> QueryResult<usize> {
    diesel::delete(cart_line::table.filter(cart_line::cart_id.eq(cart_id)).filter(cart_line::id.eq_any(lines)))
        .execute(connection)
        .await
}

pub(crate) async fn select_lines(
    connection: &mut AsyncPgConnection,
    cart_id: CartId,
    lines: &[CartLineId],
    selected: bool,
) -> QueryResult<usize> {
    diesel::update(cart_line::table.filter(cart_line::cart_id.eq(cart_id)).filter(cart_line::id.eq_any(lines)))
        .set(cart_line::selected.eq(selected))
        .execute(connection)
        .await
}

pub(crate) async fn accept_line(
    connection: &mut AsyncPgConnection,
    line: CartLineId,
    price: i64,
    quantity: i32,
) -> QueryResult<()> {
    diesel::update(cart_line::table.find(line))
        .set((cart_line::price_seen.eq(price), cart_line::quantity.eq(quantity)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts a guest's lines into a member's cart: quantities of the same variant add up, to `max_quantity`; where the
/// texts that the buyer wrote differ, the member's line stays as it is.
pub(crate) async fn merge(
    connection: &mut AsyncPgConnection,
    guest: CartId,
    member: CartId,
    max_quantity: i32,
) -> QueryResult<()> {
    let theirs = lines_of(connection, guest).await?;
    for line in theirs {
        let same = cart_line::table
            .filter(cart_line::cart_id.eq(member))
            .filter(cart_line::variant_id.eq(line.variant_id))
            .select((cart_line::quantity, cart_line::option_texts));
        let known: Option<(i32, Vec<String>)> = same.first(connection).await.optional()?;
        match known {
            Some((_, texts)) if texts != line.option_texts => {}
            Some((quantity, _)) => {
                let sum = quantity.saturating_add(line.quantity).min(max_quantity);
                diesel::update(cart_line::table)
                    .filter(cart_line::cart_id.eq(member))
                    .filter(cart_line::variant_id.eq(line.variant_id))
                    .set(cart_line::quantity.eq(sum))
                    .execute(connection)
                    .await?;
            }
            None => {
                diesel::update(cart_line::table.find(line.id))
                    .set(cart_line::cart_id.eq(member))
                    .execute(connection)
                    .await?;
            }
        }
    }
    diesel::delete(cart::table.find(guest)).execute(connection).await?;
    Ok(())
}

/// Removes lines that became an order, whosever they are.
pub(crate) async fn remove_ordered(
    connection: &mut AsyncPgConnection,
    user: UserId,
    lines: &[CartLineId],
) -> QueryResult<usize> {
    let own = cart::table.filter(cart::user_id.eq(user)).select(cart::id);
    diesel::delete(cart_line::table.filter(cart_line::id.eq_any(lines)).filter(cart_line::cart_id.eq_any(own)))
        .execute(connection)
        .await
}

pub(crate) async fn remove_cart_of(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(cart::table.filter(cart::user_id.eq(user))).execute(connection).await
}

pub(crate) async fn remove_guest_carts(
    connection: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(cart::table.filter(cart::token_hash.is_not_null()).filter(cart::updated_at.lt(before)))
        .execute(connection)
        .await
}
