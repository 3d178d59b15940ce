//! Our books against the provider's, for staff.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Days, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::business_days::day_in_seoul;
use platform::date::Date;
use platform::errors::{ErrorCode as GraphErrorCode, GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope, current_user, request_context};
use platform::money::Money;
use platform::paging::{Connection, PageRequest};

use crate::actions::{Payments, reconcile};
use crate::error::ErrorCode;
use crate::model::{DiscrepancyId, DiscrepancyKind, DiscrepancyRow, PaymentId, UserId};
use crate::store;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// Something that is not the same in our books and the provider's.
pub(crate) struct PaymentDiscrepancy(DiscrepancyRow);

/// Something that is not the same in our books and the provider's.
#[Object]
impl PaymentDiscrepancy {
    /// The id, `dsc_…`.
    async fn id(&self) -> DiscrepancyId {
        self.0.id
    }

    /// The day, in Korea, on which the money moved.
    async fn day(&self) -> Date {
        Date(self.0.day)
    }

    /// What is not the same.
    async fn kind(&self) -> DiscrepancyKind {
        self.0.kind
    }

    /// Our payment, where there is one.
    async fn payment_id(&self) -> Option<PaymentId> {
        self.0.payment_id
    }

    /// The provider's key.
    async fn payment_key(&self) -> &str {
        &self.0.payment_key
    }

    /// The order, as the provider names it.
    async fn order_id(&self) -> &str {
        &self.0.order_id
    }

    /// What our books say.
    async fn ours(&self) -> Money {
        Money::krw(self.0.ours)
    }

    /// What the provider's say.
    async fn theirs(&self) -> Money {
        Money::krw(self.0.theirs)
    }

    /// When it was found.
    async fn found_at(&self) -> DateTime<Utc> {
        self.0.found_at
    }

    /// When it was settled.
    async fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.0.resolved_at
    }

    /// Who settled it.
    async fn resolved_by(&self) -> Option<UserId> {
        self.0.resolved_by
    }

    /// How it was settled.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// What a comparison found.
#[derive(SimpleObject)]
pub(crate) struct PaymentReconciliation {
    /// The day in Korea.
    day: Date,
    /// How many movements of money the provider has for it.
    transaction_count: i32,
    /// How many differences there are.
    discrepancy_count: i32,
    /// How many payments the provider did not tell of; because of them the day is compared again.
    unknown_count: i32,
}

/// How a difference was settled.
#[derive(InputObject)]
pub(crate) struct ResolvePaymentDiscrepancyInput {
    /// Which.
    id: DiscrepancyId,
    /// How, 1–500 characters.
    note: String,
}

/// The outcome of settling a difference.
#[derive(SimpleObject, Default)]
pub(crate) struct ResolvePaymentDiscrepancyPayload {
    /// The difference as it is now.
    discrepancy: Option<PaymentDiscrepancy>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

#[derive(Default)]
pub(crate) struct ReconciliationQuery;

#[Object]
impl ReconciliationQuery {
    /// What is not the same in our books and the provider's, the newest first. Staff only.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn payment_discrepancies(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(desc = "Also those that are settled.", default = false)] include_resolved: bool,
    ) -> async_graphql::Result<Connection<PaymentDiscrepancy>> {
        let page = PageRequest::<(DateTime<Utc>, DiscrepancyId)>::new(first, after.as_deref(), None, None)?;
        let database = ctx.data::<Payments>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            let found = store::discrepancies_page(&mut connection, !include_resolved, &page).await;
            found.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move {
                Ok(store::discrepancies_count(&mut *database.connection().await?, !include_resolved).await?)
            }) as _
        };
        let key = |row: &DiscrepancyRow| (row.found_at, row.id);
        Ok(Connection::new(page.finish(rows), key, PaymentDiscrepancy, count))
    }
}

#[derive(Default)]
pub(crate) struct ReconciliationMutation;

#[Object]
impl ReconciliationMutation {
    /// Compares a day with the provider's transactions now; a job does so for every day that has passed. Staff only.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn reconcile_payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day in Korea; yesterday when none is given.")] day: Option<Date>,
    ) -> async_graphql::Result<PaymentReconciliation> {
        let payments = ctx.data::<Payments>()?.clone();
        let today = day_in_seoul(Utc::now());
        let day = day.map(|day| day.0).or_else(|| today.checked_sub_days(Days::new(1))).unwrap_or(today);
        if day > today {
            return Err(GraphError::new(GraphErrorCode::BadUserInput, "The day has not come yet").into());
        }
        let found = run_to_end(async move { reconcile(&payments, day).await }).await;
        let mut connection = ctx.data::<Payments>()?.database.connection().await.map_err(GraphError::from)?;
        let asked = Entry::on("payment", day).after(json!({ "reconciled": found.is_ok() }));
        audit::of_money(&mut connection, &audit::command(ctx), asked).await.map_err(GraphError::from)?;
        drop(connection);
        let found = found.map_err(|failure| match failure.into_refusals() {
            Ok(_) => GraphError::internal("a comparison was refused"),
            Err(error) => error,
        })?;
        let small = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(PaymentReconciliation {
            day: Date(day),
            transaction_count: small(found.transactions),
            discrepancy_count: small(found.discrepancies),
            unknown_count: small(found.unknown),
        })
    }

    /// Marks a difference as settled by people. Staff only.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn resolve_payment_discrepancy(
        &self,
        ctx: &Context<'_>,
        input: ResolvePaymentDiscrepancyInput,
    ) -> async_graphql::Result<ResolvePaymentDiscrepancyPayload> {
        let language = request_context(ctx).language;
        let refused = |code, field: &str, korean, english| ResolvePaymentDiscrepancyPayload {
            user_errors: vec![UserError::new(code, &[field], language.choose(korean, english))],
            ..Default::default()
        };
        let note = input.note.trim();
        if !(1..=LONGEST_NOTE).contains(&note.chars().count()) {
            return Ok(refused(ErrorCode::NoteRequired, "note", "처리 내용을 입력하세요", "Say how it was settled"));
        }
        let by = UserId(current_user(ctx)?);
        let mut connection = ctx.data::<Payments>()?.database.connection().await.map_err(GraphError::from)?;
        let context = audit::command(ctx);
        let resolved = connection
            .transaction(async |connection| {
                let resolved = store::resolve(connection, input.id, by, note).await?;
                if resolved.is_some() {
                    audit::of_money(connection, &context, Entry::on("payment", input.id).because(note)).await?;
                }
                Ok::<_, diesel::result::Error>(resolved)
            })
            .await
            .map_err(GraphError::from)?;
        Ok(match resolved {
            Some(row) => {
                ResolvePaymentDiscrepancyPayload { discrepancy: Some(PaymentDiscrepancy(row)), user_errors: Vec::new() }
            }
            None => refused(
                ErrorCode::DiscrepancyNotFound,
                "id",
                "미해결 차이가 없습니다",
                "There is no such open difference",
            ),
        })
    }
}
