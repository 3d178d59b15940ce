//! Complaints.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use platform::audit;
use platform::errors::{GraphError, run_to_end};
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_user};
use platform::paging::{Connection, PageRequest};

use super::staff::User;
use super::{desk, payload, permitted};
use crate::actions::{self, ComplaintText};
use crate::model::{
    ComplaintCategory, ComplaintChannel, ComplaintId, ComplaintRow, ComplaintState, Permission, UserId,
};
use crate::rules::ComplaintCommand;
use crate::store;
use crate::store::ListKey;
use crate::store::complaints::ComplaintFilter;

/// What somebody is not content with.
pub(crate) struct Complaint(ComplaintRow);

/// What somebody is not content with, and what became of it.
#[Object]
impl Complaint {
    /// The complaint's id, `cmp_…`.
    async fn id(&self) -> ComplaintId {
        self.0.id
    }

    /// Who complains; null when staff wrote it down for somebody without an account.
    async fn user(&self) -> Option<User> {
        self.0.user_id.map(|id| User { id })
    }

    /// How it came.
    async fn channel(&self) -> ComplaintChannel {
        self.0.channel
    }

    /// What it is about.
    async fn category(&self) -> ComplaintCategory {
        self.0.category
    }

    /// The order, product or seller that it is about, by its identifier.
    async fn object(&self) -> Option<&str> {
        self.0.object.as_deref()
    }

    /// What it says.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Where it stands.
    async fn state(&self) -> ComplaintState {
        self.0.state
    }

    /// The answer.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// When it came.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// A complaint of one's own.
#[derive(InputObject)]
pub(crate) struct FileComplaintInput {
    /// What it is about.
    category: ComplaintCategory,
    /// The order, product or seller that it is about, by its identifier.
    object: Option<String>,
    /// What it says, 1–5,000 characters.
    text: String,
}

/// A complaint that staff write down.
#[derive(InputObject)]
pub(crate) struct LogComplaintInput {
    /// How it came.
    channel: ComplaintChannel,
    /// Who complains, if the person has an account.
    user_id: Option<UserId>,
    /// What it is about.
    category: ComplaintCategory,
    /// The order, product or seller that it is about, by its identifier.
    object: Option<String>,
    /// What it says, 1–5,000 characters.
    text: String,
}

/// A complaint.
#[derive(InputObject)]
pub(crate) struct ComplaintIdInput {
    /// The complaint.
    complaint_id: ComplaintId,
}

/// A complaint and its answer.
#[derive(InputObject)]
pub(crate) struct ResolveComplaintInput {
    /// The complaint.
    complaint_id: ComplaintId,
    /// What whoever complained is told, 1–5,000 characters.
    answer: String,
}

/// Which complaints staff list.
#[derive(InputObject, Default)]
pub(crate) struct ComplaintWhere {
    /// In this state.
    state: Option<ComplaintState>,
    /// Of this person.
    user_id: Option<UserId>,
}

payload!(
    /// The outcome of a command on a complaint.
    ComplaintPayload,
    /// The complaint as it is now.
    complaint: Complaint
);

async fn listed(
    ctx: &Context<'_>,
    filter: ComplaintFilter,
    page: PageRequest<ListKey>,
) -> async_graphql::Result<Connection<Complaint>> {
    let database = desk(ctx)?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::complaints::page(&mut connection, filter, &page).await.map_err(GraphError::from)?
    };
    let count = move || {
        let database = database.clone();
        Box::pin(async move { Ok(store::complaints::count(&mut *database.connection().await?, filter).await?) }) as _
    };
    let key = |row: &ComplaintRow| (row.created_at, row.id.0);
    Ok(Connection::new(page.finish(rows), key, Complaint, count))
}

#[derive(Default)]
pub(crate) struct ComplaintQuery;

#[Object]
impl ComplaintQuery {
    /// The complaints of the signed-in person, the newest first.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn my_complaints(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Complaint>> {
        let filter = ComplaintFilter { user_id: Some(UserId(current_user(ctx)?)), state: None };
        listed(ctx, filter, PageRequest::new(first, after.as_deref(), last, before.as_deref())?).await
    }

    /// All complaints, the newest first. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn complaints(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<ComplaintWhere>,
    ) -> async_graphql::Result<Connection<Complaint>> {
        permitted(ctx, Permission::ComplaintHandle).await?;
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = filter.unwrap_or_default();
        listed(ctx, ComplaintFilter { state: filter.state, user_id: filter.user_id }, page).await
    }

    /// One complaint. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn complaint(&self, ctx: &Context<'_>, id: ComplaintId) -> async_graphql::Result<Option<Complaint>> {
        permitted(ctx, Permission::ComplaintHandle).await?;
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        Ok(store::complaints::find(&mut connection, id).await.map_err(GraphError::from)?.map(Complaint))
    }
}

async fn moved(
    ctx: &Context<'_>,
    id: ComplaintId,
    to: ComplaintCommand,
    answer: Option<String>,
) -> async_graphql::Result<ComplaintPayload> {
    let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
    let action = async move { actions::move_complaint(&desk, id, to, answer.as_deref(), &context).await };
    ComplaintPayload::of(run_to_end(action).await.map(Complaint))
}

#[derive(Default)]
pub(crate) struct ComplaintMutation;

#[Object]
impl ComplaintMutation {
    /// Files a complaint of the signed-in person.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn file_complaint(
        &self,
        ctx: &Context<'_>,
        input: FileComplaintInput,
    ) -> async_graphql::Result<ComplaintPayload> {
        current_user(ctx)?;
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let FileComplaintInput { category, object, text } = input;
        let complaint = ComplaintText { category, object, text, written_down: None };
        let action = async move { actions::file_complaint(&desk, complaint, &context).await };
        ComplaintPayload::of(run_to_end(action).await.map(Complaint))
    }

    /// Writes a complaint down that came by telephone, e-mail or an agency. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn log_complaint(
        &self,
        ctx: &Context<'_>,
        input: LogComplaintInput,
    ) -> async_graphql::Result<ComplaintPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let LogComplaintInput { channel, user_id, category, object, text } = input;
        let complaint = ComplaintText { category, object, text, written_down: Some((channel, user_id)) };
        let action = async move { actions::file_complaint(&desk, complaint, &context).await };
        ComplaintPayload::of(run_to_end(action).await.map(Complaint))
    }

    /// Takes a complaint up; whoever does looks after it. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn take_complaint(
        &self,
        ctx: &Context<'_>,
        input: ComplaintIdInput,
    ) -> async_graphql::Result<ComplaintPayload> {
        moved(ctx, input.complaint_id, ComplaintCommand::Take, None).await
    }

    /// Answers a complaint. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn resolve_complaint(
        &self,
        ctx: &Context<'_>,
        input: ResolveComplaintInput,
    ) -> async_graphql::Result<ComplaintPayload> {
        moved(ctx, input.complaint_id, ComplaintCommand::Resolve, Some(input.answer)).await
    }

    /// Takes an answered complaint up again. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn reopen_complaint(
        &self,
        ctx: &Context<'_>,
        input: ComplaintIdInput,
    ) -> async_graphql::Result<ComplaintPayload> {
        moved(ctx, input.complaint_id, ComplaintCommand::Reopen, None).await
    }

    /// Closes an answered complaint. For staff with `COMPLAINT_HANDLE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn close_complaint(
        &self,
        ctx: &Context<'_>,
        input: ComplaintIdInput,
    ) -> async_graphql::Result<ComplaintPayload> {
        moved(ctx, input.complaint_id, ComplaintCommand::Close, None).await
    }
}
