//! What coupons would take off.

use async_graphql::{Context, ID, Object, SimpleObject};
use platform::errors::{ActionError, GraphError};
use platform::identity::{SignedIn, current_user, request_context};
use platform::language::Language;
use platform::money::Money;

use super::inputs::{BestCouponsInput, SimulateCouponsInput};
use crate::actions::{CouponOrder, Coupons, best_coupons, quote};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponId, UserId};
use crate::pricing::{Evaluation, Line};

/// What coupons would take off lines.
#[derive(SimpleObject)]
pub(crate) struct CouponSimulation {
    /// What all of them take off.
    total: Money,
    /// What each takes off each line.
    discounts: Vec<CouponLineDiscount>,
    /// What becomes of each coupon.
    coupons: Vec<CouponOutcome>,
}

/// What a coupon takes off a line.
#[derive(SimpleObject)]
pub(crate) struct CouponLineDiscount {
    /// The line.
    line_id: ID,
    /// The coupon.
    coupon_id: CouponId,
    /// What it takes off.
    total: Money,
}

/// What becomes of a coupon.
#[derive(SimpleObject)]
pub(crate) struct CouponOutcome {
    /// The coupon.
    coupon_id: CouponId,
    /// Whether it applies.
    applies: bool,
    /// What it takes off.
    discount: Money,
    /// Why it does not apply, for programs.
    code: Option<UserErrorCode>,
    /// Why it does not apply, for people.
    message: Option<String>,
}

impl CouponSimulation {
    fn of(order: &CouponOrder, evaluation: &Evaluation, language: Language) -> Self {
        let discounts = order.use_lines(evaluation).into_iter().map(|line| CouponLineDiscount {
            line_id: line.line_id.into(),
            coupon_id: line.coupon_id,
            total: Money::krw(line.discount),
        });
        let applied = evaluation.applied.iter().map(|applied| CouponOutcome {
            coupon_id: applied.coupon_id,
            applies: true,
            discount: Money::krw(applied.discount),
            code: None,
            message: None,
        });
        let refused = evaluation.refused.iter().map(|(coupon_id, code)| CouponOutcome {
            coupon_id: *coupon_id,
            applies: false,
            discount: Money::krw(0),
            code: Some(*code),
            message: Some(code.message(language).to_owned()),
        });
        Self {
            total: Money::krw(evaluation.total()),
            discounts: discounts.collect(),
            coupons: applied.chain(refused).collect(),
        }
    }
}

/// A query has no payload for refusals: they are wrong input.
fn wrong_input(failure: Failure) -> GraphError {
    match failure {
        ActionError::Failed(error) => error,
        ActionError::Refused(refusals) => {
            let message = refusals.into_iter().next().map(|refusal| refusal.message).unwrap_or_default();
            GraphError::new(platform::errors::ErrorCode::BadUserInput, message)
        }
    }
}

#[derive(Default)]
pub(crate) struct SimulationQuery;

#[Object]
impl SimulationQuery {
    /// Sets one's coupons against lines, without any effect: what they take off, and why those do not apply that do not.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn simulate_coupons(
        &self,
        ctx: &Context<'_>,
        input: SimulateCouponsInput,
    ) -> async_graphql::Result<CouponSimulation> {
        let context = request_context(ctx);
        let order = CouponOrder {
            user_id: UserId(current_user(ctx)?),
            coupon_ids: input.coupon_ids,
            lines: input.lines.into_iter().map(Line::from).collect(),
        };
        let evaluation = quote(ctx.data::<Coupons>()?, &order, context).await.map_err(wrong_input)?;
        Ok(CouponSimulation::of(&order, &evaluation, context.language))
    }

    /// Those of one's coupons that take off the most together. With more than eight that fit, the answer is good and not
    /// always the best.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn best_coupons(
        &self,
        ctx: &Context<'_>,
        input: BestCouponsInput,
    ) -> async_graphql::Result<CouponSimulation> {
        let context = request_context(ctx);
        let lines = input.lines.into_iter().map(Line::from).collect();
        let user = UserId(current_user(ctx)?);
        let found = best_coupons(ctx.data::<Coupons>()?, user, lines, context).await;
        let (order, evaluation) = found.map_err(wrong_input)?;
        Ok(CouponSimulation::of(&order, &evaluation, context.language))
    }
}
