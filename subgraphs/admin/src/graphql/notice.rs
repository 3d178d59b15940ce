//! Notices.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use platform::audit;
use platform::errors::{GraphError, run_to_end};
use platform::identity::{AnyScope, Scope, current_principal, request_context};
use platform::paging::{Connection, PageRequest};

use super::{desk, payload, permitted};
use crate::actions::{self, NoticeText};
use crate::model::{NoticeAudience, NoticeId, NoticeRow, NoticeState, Permission};
use crate::rules::NoticeCommand;
use crate::store;
use crate::store::ListKey;
use crate::store::notices::NoticeFilter;

/// What the market tells everybody.
pub(crate) struct Notice(NoticeRow);

/// What the market tells everybody.
#[Object]
impl Notice {
    /// The notice's id, `ntc_…`.
    async fn id(&self) -> NoticeId {
        self.0.id
    }

    /// The title, in the language of `Accept-Language`.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        request_context(ctx).language.choose(&self.0.title_ko, &self.0.title_en)
    }

    /// The text, in the language of `Accept-Language`; plain, with line breaks.
    async fn body(&self, ctx: &Context<'_>) -> &str {
        request_context(ctx).language.choose(&self.0.body_ko, &self.0.body_en)
    }

    /// The title in Korean.
    async fn title_ko(&self) -> &str {
        &self.0.title_ko
    }

    /// The title in English.
    async fn title_en(&self) -> &str {
        &self.0.title_en
    }

    /// The text in Korean.
    async fn body_ko(&self) -> &str {
        &self.0.body_ko
    }

    /// The text in English.
    async fn body_en(&self) -> &str {
        &self.0.body_en
    }

    /// Whom it is for.
    async fn audience(&self) -> NoticeAudience {
        self.0.audience
    }

    /// Whether it stands above the others.
    async fn pinned(&self) -> bool {
        self.0.pinned
    }

    /// Where it stands.
    async fn state(&self) -> NoticeState {
        self.0.state
    }

    /// Since when it is shown.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// Until when; null when it does not end.
    async fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.0.ends_at
    }
}

/// A notice's text, in both languages.
#[derive(InputObject)]
pub(crate) struct NoticeInput {
    /// The title in Korean, 1–100 characters.
    title_ko: String,
    /// The title in English, 1–100 characters.
    title_en: String,
    /// The text in Korean, 1–5,000 characters.
    body_ko: String,
    /// The text in English, 1–5,000 characters.
    body_en: String,
    /// Whom it is for.
    audience: NoticeAudience,
    /// Whether it stands above the others.
    #[graphql(default)]
    pinned: bool,
    /// Since when it is shown; at once, or as before, when it is left out.
    starts_at: Option<DateTime<Utc>>,
    /// Until when it is shown; for ever when it is left out.
    ends_at: Option<DateTime<Utc>>,
}

impl From<NoticeInput> for NoticeText {
    fn from(input: NoticeInput) -> Self {
        let NoticeInput { title_ko, title_en, body_ko, body_en, audience, pinned, starts_at, ends_at } = input;
        Self { title_ko, title_en, body_ko, body_en, audience, pinned, starts_at, ends_at }
    }
}

/// A new notice.
#[derive(InputObject)]
pub(crate) struct CreateNoticeInput {
    /// What it says.
    notice: NoticeInput,
}

/// A notice with a new text.
#[derive(InputObject)]
pub(crate) struct EditNoticeInput {
    /// The notice.
    notice_id: NoticeId,
    /// What it shall say.
    notice: NoticeInput,
}

/// A notice.
#[derive(InputObject)]
pub(crate) struct NoticeIdInput {
    /// The notice.
    notice_id: NoticeId,
}

/// Which notices staff list.
#[derive(InputObject, Default)]
pub(crate) struct NoticeWhere {
    /// In this state.
    state: Option<NoticeState>,
}

payload!(
    /// The outcome of a command on a notice.
    NoticePayload,
    /// The notice as it is now.
    notice: Notice
);

/// What the one who asks is shown.
fn shown(ctx: &Context<'_>) -> NoticeFilter {
    let principal = current_principal(ctx);
    let insider = principal.has_scope(Scope::Seller) || principal.has_scope(Scope::Staff);
    let audiences = if insider { Vec::new() } else { vec![NoticeAudience::All] };
    NoticeFilter { shown: true, audiences, state: None }
}

async fn listed(
    ctx: &Context<'_>,
    filter: NoticeFilter,
    page: PageRequest<ListKey>,
) -> async_graphql::Result<Connection<Notice>> {
    let database = desk(ctx)?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::notices::page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
    };
    let count = move || {
        let (database, filter) = (database.clone(), filter.clone());
        Box::pin(async move { Ok(store::notices::count(&mut *database.connection().await?, &filter).await?) }) as _
    };
    let key = |row: &NoticeRow| (row.starts_at, row.id.0);
    Ok(Connection::new(page.finish(rows), key, Notice, count))
}

#[derive(Default)]
pub(crate) struct NoticeQuery;

#[Object]
impl NoticeQuery {
    /// The notices that are shown now, the newest first. Those for sellers, to sellers and staff alone.
    async fn notices(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Notice>> {
        listed(ctx, shown(ctx), PageRequest::new(first, after.as_deref(), last, before.as_deref())?).await
    }

    /// One notice that is shown now; null when there is none.
    async fn notice(&self, ctx: &Context<'_>, id: NoticeId) -> async_graphql::Result<Option<Notice>> {
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let row = store::notices::find(&mut connection, id, &shown(ctx)).await.map_err(GraphError::from)?;
        Ok(row.map(Notice))
    }

    /// All notices, drafts included, the newest first. For staff with `NOTICE_WRITE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn all_notices(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<NoticeWhere>,
    ) -> async_graphql::Result<Connection<Notice>> {
        permitted(ctx, Permission::NoticeWrite).await?;
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = NoticeFilter { state: filter.unwrap_or_default().state, ..NoticeFilter::default() };
        listed(ctx, filter, page).await
    }
}

async fn moved(ctx: &Context<'_>, id: NoticeId, to: NoticeCommand) -> async_graphql::Result<NoticePayload> {
    let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
    let action = async move { actions::change_notice(&desk, id, to, None, &context).await };
    NoticePayload::of(run_to_end(action).await.map(Notice))
}

#[derive(Default)]
pub(crate) struct NoticeMutation;

#[Object]
impl NoticeMutation {
    /// Writes a notice, as a draft. For staff with `NOTICE_WRITE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn create_notice(&self, ctx: &Context<'_>, input: CreateNoticeInput) -> async_graphql::Result<NoticePayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let action = async move { actions::create_notice(&desk, input.notice.into(), &context).await };
        NoticePayload::of(run_to_end(action).await.map(Notice))
    }

    /// Changes a draft, or a notice that is published. For staff with `NOTICE_WRITE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn edit_notice(&self, ctx: &Context<'_>, input: EditNoticeInput) -> async_graphql::Result<NoticePayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let (id, text) = (input.notice_id, Some(input.notice.into()));
        let action = async move { actions::change_notice(&desk, id, NoticeCommand::Edit, text, &context).await };
        NoticePayload::of(run_to_end(action).await.map(Notice))
    }

    /// Lets a draft be shown in its time. For staff with `NOTICE_WRITE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn publish_notice(&self, ctx: &Context<'_>, input: NoticeIdInput) -> async_graphql::Result<NoticePayload> {
        moved(ctx, input.notice_id, NoticeCommand::Publish).await
    }

    /// Takes a notice back. For staff with `NOTICE_WRITE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn withdraw_notice(&self, ctx: &Context<'_>, input: NoticeIdInput) -> async_graphql::Result<NoticePayload> {
        moved(ctx, input.notice_id, NoticeCommand::Withdraw).await
    }
}
