//! The subgraph: one file a type.

mod approval;
mod approval_mutation;
mod audit;
mod complaint;
mod impersonation;
mod notice;
mod query;
mod staff;

use async_graphql::{Context, EmptySubscription, MergedObject, Schema};
use platform::errors::GraphError;
use platform::graph::{RequestContext, print_sdl};
use platform::identity::request_context;

use crate::actions::{Desk, caller};
use crate::model::{ClaimId, OrderId, Permission, UserId};
use crate::store;

/// Reads.
#[derive(MergedObject, Default)]
pub(crate) struct Query(
    query::OverviewQuery,
    audit::AuditQuery,
    staff::StaffQuery,
    approval::ApprovalQuery,
    notice::NoticeQuery,
    complaint::ComplaintQuery,
    impersonation::ImpersonationQuery,
);

/// Commands.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    approval_mutation::ApprovalMutation,
    notice::NoticeMutation,
    complaint::ComplaintMutation,
    impersonation::ImpersonationMutation,
);

pub(crate) type AdminSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(desk: Desk) -> AdminSchema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(desk)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query::default(), Mutation::default(), EmptySubscription).enable_federation().finish())
}

/// What a refund is of, as approvals name it: either a claim or an order, and not both.
fn refunded(claim_id: Option<ClaimId>, order_id: Option<OrderId>) -> Option<String> {
    match (claim_id, order_id) {
        (Some(id), None) => Some(id.to_string()),
        (None, Some(id)) => Some(id.to_string()),
        _ => None,
    }
}

fn desk<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Desk> {
    ctx.data()
}

/// The member of staff who asks, if the member's roles permit it.
async fn permitted(ctx: &Context<'_>, permission: Permission) -> async_graphql::Result<UserId> {
    let context: &RequestContext = request_context(ctx);
    let user = caller(context)?;
    let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
    let permissions = store::staff::permissions_of(&mut connection, user).await.map_err(GraphError::from)?;
    if permissions.contains(&permission) { Ok(user) } else { Err(GraphError::forbidden(context.language).into()) }
}

/// A payload of one object, or of refusals.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $(#[$field_meta:meta])* $field:ident: $type:ty) => {
        $(#[$meta])*
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $name {
            $(#[$field_meta])*
            $field: Option<$type>,
            /// Why nothing changed; empty when it did.
            user_errors: Vec<platform::errors::UserError<crate::error::UserErrorCode>>,
        }

        impl $name {
            fn of(outcome: Result<$type, crate::error::Failure>) -> async_graphql::Result<Self> {
                Ok(match outcome {
                    Ok(value) => Self { $field: Some(value), user_errors: Vec::new() },
                    Err(failure) => Self { $field: None, user_errors: failure.into_refusals()? },
                })
            }
        }
    };
}

use payload;
