//! Commands of the admin service.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{AnyScope, Scope, request_context};
use platform::ids::parse_prefixed;

use super::state;
use crate::actions;
use crate::model::UserId;

/// Who looks at the market as whom.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct IssueImpersonationInput {
    /// The look, `imp_…`; the token names it as its session.
    impersonation_id: ID,
    /// Who looks.
    staff_id: UserId,
    /// As whom.
    user_id: UserId,
    /// For how long.
    seconds: i32,
}

/// The token to look with.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct IssueImpersonationPayload {
    /// The access token; null when there is no such person, or the person is of the staff.
    access_token: Option<String>,
}

/// Commands of the admin service.
#[derive(Default)]
pub(crate) struct StaffMutation;

#[Object]
impl StaffMutation {
    /// Issues the token of a look at the market as somebody else. For the admin service, which has recorded it.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn issue_impersonation(
        &self,
        ctx: &Context<'_>,
        input: IssueImpersonationInput,
    ) -> async_graphql::Result<IssueImpersonationPayload> {
        let invalid = |error| GraphError::new(ErrorCode::BadUserInput, format!("impersonationId: {error}"));
        let look = parse_prefixed(&input.impersonation_id, "imp").map_err(invalid)?;
        let seconds = u64::try_from(input.seconds).unwrap_or_default();
        let (staff, user) = (input.staff_id, input.user_id);
        let context = request_context(ctx);
        let access_token = actions::issue_impersonation(state(ctx)?, look, staff, user, seconds, context).await?;
        Ok(IssueImpersonationPayload { access_token })
    }
}
