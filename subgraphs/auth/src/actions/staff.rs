//! What the admin service decides of its staff: who is of it, and who looks at the market as somebody else.

use chrono::Utc;
use diesel::QueryResult;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, RunQueryDsl as _};
use platform::errors::GraphError;
use platform::events::HandlerError;
use platform::identity::{self, AccessClaims};
use uuid::Uuid;

use super::State;
use super::end_sessions::revoke;
use crate::events::StaffChanged;
use crate::model::{RevocationReason, Scope, UserId};
use crate::store::{self, Which};

/// The longest that somebody can look at the market as somebody else, in seconds.
const LONGEST_LOOK: u64 = 3_600;

platform::statement! {
    /// Notes what was said last; changes nothing when something later was said before.
    struct NoteAccess {
        user_id: Uuid as SqlUuid,
        version: i64 as BigInt,
        permissions: Vec<String> as Array<Text>,
    }
    "INSERT INTO staff_access (user_id, version, permissions) VALUES (?, ?, ?)
    ON CONFLICT (user_id) DO UPDATE SET version = EXCLUDED.version, permissions = EXCLUDED.permissions
    WHERE staff_access.version < EXCLUDED.version"
}

/// Gives or takes the staff's scopes, as was said last. Who loses it is signed out everywhere.
pub(crate) async fn hear_of_staff(
    state: &State,
    changed: StaffChanged,
    trace: Option<&str>,
) -> Result<(), HandlerError> {
    let user = changed.user_id;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            // A person who has left the market has no account to hold it.
            let Some(mut scopes) = store::lock_scopes(connection, user).await? else { return Ok(()) };
            let allowed: Vec<Scope> = changed.permissions.iter().filter_map(|one| Scope::of_permission(one)).collect();
            let note = NoteAccess { user_id: user.0, version: changed.version, permissions: changed.permissions };
            if note.execute(connection).await? == 0 {
                return Ok(());
            }
            let was_staff = scopes.contains(&Scope::Staff);
            scopes.retain(|scope| !scope.is_staffs());
            if changed.active {
                scopes.push(Scope::Staff);
                scopes.extend(allowed);
            } else if was_staff {
                revoke(connection, user, Which::AllBut(None), RevocationReason::Revoked, trace).await?;
            }
            store::set_scopes(connection, user, &scopes).await?;
            QueryResult::Ok(())
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(())
}

/// The token of a member of staff who looks at the market as a buyer or seller: short-lived, never refreshed, and good
/// for reading alone. `None` when there is no such person, or the person is of the staff.
pub(crate) async fn issue_impersonation(
    state: &State,
    impersonation: Uuid,
    staff: UserId,
    user: UserId,
    seconds: u64,
    context: &platform::graph::RequestContext,
) -> Result<Option<String>, GraphError> {
    let account = {
        let mut connection = state.database.connection().await?;
        store::account_by_id(&mut connection, user).await?
    };
    let Some(account) = account.filter(|account| !account.scopes.contains(&Scope::Staff)) else { return Ok(None) };
    let memberships = crate::clients::memberships_of(&state.graph, user, context).await.unwrap_or_default();
    let mut scopes = vec![identity::Scope::Buyer];
    if account.scopes.contains(&Scope::Seller) || !memberships.organisations.is_empty() {
        scopes.push(identity::Scope::Seller);
    }
    let now = u64::try_from(Utc::now().timestamp()).unwrap_or_default();
    let claims = AccessClaims {
        iss: AccessClaims::ISSUER.to_owned(),
        sub: user.0,
        act: Some(staff.0),
        sid: impersonation,
        scopes,
        roles: memberships.roles(),
        orgs: memberships.organisations,
        policies: Vec::new(),
        withheld: Vec::new(),
        auth_time: None,
        amr: Vec::new(),
        proof_lifetime: None,
        iat: now,
        exp: now + seconds.min(LONGEST_LOOK),
    };
    state.keys.sign(&claims).map(Some).map_err(GraphError::internal)
}
