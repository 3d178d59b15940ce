//! Who acts for a seller.

use chrono::Utc;
use diesel_async::AsyncConnection;

use super::{Caller, State, locked, require_role};
use crate::error::{ErrorCode, Refusal};
use crate::model::{MemberRow, SellerId, SellerRole, UserId};
use crate::store;

/// Adds a member. Only an owner may.
pub(crate) async fn invite_member(
    state: State,
    caller: Caller,
    seller: SellerId,
    user: UserId,
    role: SellerRole,
) -> Result<MemberRow, Refusal> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            locked(connection, seller, &caller).await?;
            require_role(connection, seller, &caller, &[SellerRole::Owner]).await?;
            let member = MemberRow { seller_id: seller, user_id: user, role, joined_at: Utc::now() };
            if store::insert_members(connection, std::slice::from_ref(&member)).await? == 0 {
                return Err(ErrorCode::MemberExists.at(&["userId"], caller.language()).into());
            }
            Ok(member)
        })
        .await
}

/// Removes a member. An owner may remove anybody, and every member may leave; an owner stays for as long as there is
/// no other.
pub(crate) async fn remove_member(
    state: State,
    caller: Caller,
    seller: SellerId,
    user: UserId,
) -> Result<UserId, Refusal> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            locked(connection, seller, &caller).await?;
            if caller.user == user {
                require_role(connection, seller, &caller, SellerRole::ALL).await?;
            } else {
                require_role(connection, seller, &caller, &[SellerRole::Owner]).await?;
            }
            let role = store::role_of(connection, seller, user)
                .await?
                .ok_or_else(|| ErrorCode::MemberNotFound.at(&["userId"], caller.language()))?;
            if role == SellerRole::Owner && store::owners_count(connection, seller).await? <= 1 {
                return Err(ErrorCode::LastOwner.at(&["userId"], caller.language()).into());
            }
            store::delete_member(connection, seller, user).await?;
            Ok(user)
        })
        .await
}
