//! Leaving: the person's key is destroyed, what the law asks for is kept apart, and everybody else is told.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::errors::{GraphError, UserError};
use platform::events::{Fact as _, append, forget};
use platform::identity::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Caller, State};
use crate::clients::{Standing, buyer_standing};
use crate::error::{ErrorCode, Refusal};
use crate::events::{UserUpdated, UserWithdrawn};
use crate::graphql::WithdrawInput;
use crate::model::{Person, RetentionBasis, UserId};
use crate::rules::{self, Obstacle};
use crate::store;
use crate::vault::Vault;

/// A person who left.
pub(crate) struct Withdrawn {
    pub(crate) at: DateTime<Utc>,
}

/// Closes the signed-in person's account for good.
pub(crate) async fn withdraw(state: State, caller: Caller, input: WithdrawInput) -> Result<Withdrawn, Refusal> {
    let standing = buyer_standing(&state.graph, caller.user, &caller.context).await?;
    let principal = &caller.context.principal;
    let is_staff = principal.has_scope(Scope::Staff);
    let obstacle = rules::obstacle(is_staff, !principal.organisations.is_empty(), &standing.open_orders);
    if let Some(obstacle) = obstacle {
        return Err(refusal(obstacle, &standing, &caller).into());
    }
    let at = Utc::now();
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let not_found = || ErrorCode::UserNotFound.at(&[], caller.language());
            let row = store::lock_profile(connection, &state.vault, caller.user).await?.ok_or_else(not_found)?;
            let person = row.person.ok_or_else(not_found)?;
            if input.email.trim().to_lowercase() != person.email.to_lowercase() {
                return Err(ErrorCode::EmailMismatch.at(&["email"], caller.language()).into());
            }
            retain(connection, &state.vault, caller.user, &person, standing.has_bought, at).await?;
            store::erase_person(connection, caller.user, at).await?;
            let fact = UserWithdrawn { user_id: caller.user, withdrawn_at: at };
            forget(connection, UserUpdated::KIND, &fact.aggregate()).await?;
            append(connection, &fact, caller.context.trace_parent.as_deref()).await?;
            Ok::<_, Refusal>(())
        })
        .await?;
    drop(connection);
    metrics::counter!("user_withdrawals_total").increment(1);
    state.outbox.wake();
    Ok(Withdrawn { at })
}

/// Keeps what the law asks for, under the service's own key: who a contract was made with, where there was one, and what
/// the person has agreed to.
async fn retain(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    user: UserId,
    person: &Person,
    has_bought: bool,
    at: DateTime<Utc>,
) -> Result<(), GraphError> {
    let consents: Vec<Value> = store::consent_history(connection, user)
        .await?
        .into_iter()
        .map(|row| {
            json!({ "purpose": row.purpose.as_str(), "version": row.version, "granted": row.granted, "at": row.recorded_at })
        })
        .collect();
    let mut records = vec![(RetentionBasis::Disputes, json!({ "consents": consents }))];
    if has_bought {
        records.push((RetentionBasis::Contracts, serde_json::to_value(person).map_err(GraphError::internal)?));
    }
    for (basis, record) in records {
        let id = Uuid::now_v7();
        let sealed = Vault::seal(vault.own_key(), id, &record)?;
        store::insert_retained(connection, id, user, basis, sealed, rules::retained_until(basis, at)).await?;
    }
    Ok(())
}

fn refusal(obstacle: Obstacle, standing: &Standing, caller: &Caller) -> UserError<ErrorCode> {
    let language = caller.language();
    match obstacle {
        Obstacle::Staff => ErrorCode::StaffAccount.at(&[], language),
        Obstacle::Seller => ErrorCode::SellerMember.at(&[], language),
        Obstacle::OpenOrders => {
            let numbers = standing.open_orders.join(", ");
            let (korean, english) = (
                format!("진행 중인 주문이 있어 탈퇴할 수 없습니다: {numbers}"),
                format!("There are orders under way: {numbers}"),
            );
            UserError::new(ErrorCode::OpenOrders, &[], language.choose(korean.as_str(), english.as_str()))
        }
    }
}
