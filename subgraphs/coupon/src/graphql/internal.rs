//! What the order and cart services ask for. Absent from the public API.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope, request_context};
use platform::language::Language;
use platform::money::Long;

use super::inputs::CouponLineInput;
use crate::actions::{
    CouponOrder, Coupons, Outcome, best_coupons, extend_coupons, quote, release_coupons, reserve_coupons, use_coupons,
};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponId, OrderId, UseLineRow, UserId};

/// What an order wants of its buyer's coupons.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ReserveCouponsInput {
    /// The order; asked again under the same id, the first answer stands.
    order_id: OrderId,
    user_id: UserId,
    coupon_ids: Vec<CouponId>,
    lines: Vec<CouponLineInput>,
    /// Until when the coupons are kept.
    expires_at: DateTime<Utc>,
}

/// What coupons are to be set against.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct QuoteCouponsInput {
    user_id: UserId,
    coupon_ids: Vec<CouponId>,
    lines: Vec<CouponLineInput>,
}

/// What a user's coupons are to be chosen for.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct QuoteBestCouponsInput {
    user_id: UserId,
    lines: Vec<CouponLineInput>,
}

/// Which order is paid.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct UseCouponsInput {
    order_id: OrderId,
}

/// Which order waits longer for its payment.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ExtendCouponsInput {
    order_id: OrderId,
    /// Until when the coupons are kept; never shorter than before.
    expires_at: DateTime<Utc>,
}

/// Whether the order holds coupons.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct ExtendCouponsPayload {
    /// False when they had expired or were given up before.
    held: bool,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Which order is given up.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct ReleaseCouponsInput {
    order_id: OrderId,
}

/// What a coupon takes off a line, in won.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct ReservedCouponDiscount {
    line_id: ID,
    coupon_id: CouponId,
    total: Long,
    /// What of it the seller bears.
    seller_part: Long,
}

/// A coupon that does not apply.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct CouponRefusal {
    coupon_id: CouponId,
    code: UserErrorCode,
    message: String,
}

/// What is kept for the order, or why nothing is.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct ReserveCouponsPayload {
    discounts: Vec<ReservedCouponDiscount>,
    refusals: Vec<CouponRefusal>,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What the coupons would take off; those in `refusals` do not apply.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct CouponQuote {
    discounts: Vec<ReservedCouponDiscount>,
    refusals: Vec<CouponRefusal>,
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Whether the coupons are used.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct UseCouponsPayload {
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Whether the coupons are free.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct ReleaseCouponsPayload {
    user_errors: Vec<UserError<UserErrorCode>>,
}

fn discounts(lines: Vec<UseLineRow>) -> Vec<ReservedCouponDiscount> {
    let discount = |line: UseLineRow| ReservedCouponDiscount {
        line_id: line.line_id.into(),
        coupon_id: line.coupon_id,
        total: Long(line.discount),
        seller_part: Long(line.seller_part),
    };
    lines.into_iter().map(discount).collect()
}

fn refusals(refused: Vec<(CouponId, UserErrorCode)>, language: Language) -> Vec<CouponRefusal> {
    let refusal = |(coupon_id, code): (CouponId, UserErrorCode)| CouponRefusal {
        coupon_id,
        code,
        message: code.message(language).to_owned(),
    };
    refused.into_iter().map(refusal).collect()
}

fn user_errors(outcome: Result<(), Failure>) -> async_graphql::Result<Vec<UserError<UserErrorCode>>> {
    match outcome {
        Ok(()) => Ok(Vec::new()),
        Err(failure) => Ok(failure.into_refusals()?),
    }
}

#[derive(Default)]
pub(crate) struct InternalQuery;

#[Object]
impl InternalQuery {
    /// What a user's coupons would take off lines; has no effect.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn quote_coupons(&self, ctx: &Context<'_>, input: QuoteCouponsInput) -> async_graphql::Result<CouponQuote> {
        let context = request_context(ctx);
        let lines = input.lines.into_iter().map(Into::into).collect();
        let order = CouponOrder { user_id: input.user_id, coupon_ids: input.coupon_ids, lines };
        Ok(match quote(ctx.data::<Coupons>()?, &order, context).await {
            Ok(evaluation) => CouponQuote {
                discounts: discounts(order.use_lines(&evaluation)),
                refusals: refusals(evaluation.refused, context.language),
                user_errors: Vec::new(),
            },
            Err(failure) => {
                CouponQuote { discounts: Vec::new(), refusals: Vec::new(), user_errors: failure.into_refusals()? }
            }
        })
    }

    /// Those of a user's coupons that take off the most together, and what they take off; has no effect.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn quote_best_coupons(
        &self,
        ctx: &Context<'_>,
        input: QuoteBestCouponsInput,
    ) -> async_graphql::Result<CouponQuote> {
        let context = request_context(ctx);
        let lines = input.lines.into_iter().map(Into::into).collect();
        let found = best_coupons(ctx.data::<Coupons>()?, input.user_id, lines, context).await;
        let (order, evaluation) = match found {
            Ok(found) => found,
            Err(failure) => {
                let user_errors = failure.into_refusals()?;
                return Ok(CouponQuote { discounts: Vec::new(), refusals: Vec::new(), user_errors });
            }
        };
        let discounts = discounts(order.use_lines(&evaluation));
        Ok(CouponQuote { discounts, refusals: Vec::new(), user_errors: Vec::new() })
    }
}

#[derive(Default)]
pub(crate) struct InternalMutation;

#[Object]
impl InternalMutation {
    /// Keeps coupons for an order: all of them, or none.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn reserve_coupons(
        &self,
        ctx: &Context<'_>,
        input: ReserveCouponsInput,
    ) -> async_graphql::Result<ReserveCouponsPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), request_context(ctx).clone());
        let language = context.language;
        let ReserveCouponsInput { order_id, expires_at, .. } = input;
        let lines = input.lines.into_iter().map(Into::into).collect();
        let order = CouponOrder { user_id: input.user_id, coupon_ids: input.coupon_ids, lines };
        let action = async move { reserve_coupons(&coupons, order_id, order, expires_at, &context).await };
        let none = ReserveCouponsPayload::default;
        Ok(match run_to_end(action).await {
            Ok(Outcome::Done(lines)) => ReserveCouponsPayload { discounts: discounts(lines), ..none() },
            Ok(Outcome::Refused(refused)) => ReserveCouponsPayload { refusals: refusals(refused, language), ..none() },
            Err(failure) => ReserveCouponsPayload { user_errors: failure.into_refusals()?, ..none() },
        })
    }

    /// The order is paid: its coupons are used.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn use_coupons(&self, ctx: &Context<'_>, input: UseCouponsInput) -> async_graphql::Result<UseCouponsPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), request_context(ctx).clone());
        let action = async move { use_coupons(&coupons, input.order_id, &context).await };
        Ok(UseCouponsPayload { user_errors: user_errors(run_to_end(action).await)? })
    }

    /// The order waits longer for its payment: its coupons are kept as long.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn extend_coupons(
        &self,
        ctx: &Context<'_>,
        input: ExtendCouponsInput,
    ) -> async_graphql::Result<ExtendCouponsPayload> {
        let ExtendCouponsInput { order_id, expires_at } = input;
        Ok(match extend_coupons(ctx.data::<Coupons>()?, order_id, expires_at).await {
            Ok(held) => ExtendCouponsPayload { held, user_errors: Vec::new() },
            Err(failure) => ExtendCouponsPayload { held: false, user_errors: failure.into_refusals()? },
        })
    }

    /// The order is given up: its coupons are free.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn release_coupons(
        &self,
        ctx: &Context<'_>,
        input: ReleaseCouponsInput,
    ) -> async_graphql::Result<ReleaseCouponsPayload> {
        let (coupons, context) = (ctx.data::<Coupons>()?.clone(), request_context(ctx).clone());
        let action = async move { release_coupons(&coupons, input.order_id, &context).await };
        Ok(ReleaseCouponsPayload { user_errors: user_errors(run_to_end(action).await)? })
    }
}
