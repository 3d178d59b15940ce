//! Coupons are kept for an order: all that it wants, or none.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::{Coupons, book};
use crate::error::{Failure, UserErrorCode};
use crate::model::{
    Candidate, CouponId, CouponState, OrderId, PolicyId, ReservationRow, UseLineRow, UseRow, UseState, UserId,
};
use crate::pricing::{Evaluation, Line, evaluate};
use crate::rules::{Answer, ReservationCommand, reservation_answer};
use crate::store::{self, Cause};

/// The most lines of an order.
const MOST_LINES: usize = 200;
/// The most coupons of an order.
const MOST_COUPONS: usize = 20;
/// The largest amount of a line, in won.
const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// What an order wants of whose coupons.
#[derive(Clone, Debug)]
pub(crate) struct CouponOrder {
    pub(crate) user_id: UserId,
    pub(crate) coupon_ids: Vec<CouponId>,
    pub(crate) lines: Vec<Line>,
}

impl CouponOrder {
    /// Checks the counts, quantities and amounts.
    pub(crate) fn check(&self, context: &RequestContext) -> Result<(), Failure> {
        let coupons: HashSet<CouponId> = self.coupon_ids.iter().copied().collect();
        if self.coupon_ids.len() > MOST_COUPONS || coupons.len() < self.coupon_ids.len() {
            return Err(UserErrorCode::InvalidLines.at(&["couponIds"], context.language).into());
        }
        let ids: HashSet<&str> = self.lines.iter().map(|line| line.id.as_str()).collect();
        let fits = |line: &Line| {
            line.quantity > 0 && (0..=LARGEST_AMOUNT).contains(&line.amount) && (1..=64).contains(&line.id.len())
        };
        let counted = (1..=MOST_LINES).contains(&self.lines.len()) && ids.len() == self.lines.len();
        if counted && self.lines.iter().all(fits) {
            return Ok(());
        }
        Err(UserErrorCode::InvalidLines.at(&["lines"], context.language).into())
    }

    /// Sets the coupons against the lines; those that the user does not have are refused as not found.
    pub(crate) fn evaluate(&self, candidates: &[Candidate]) -> Evaluation {
        let mut evaluation = evaluate(&self.lines, &candidates.iter().collect::<Vec<_>>(), Utc::now());
        let known = |id: &CouponId| candidates.iter().any(|candidate| candidate.coupon.id == *id);
        let unknown = self.coupon_ids.iter().filter(|id| !known(id));
        evaluation.refused.extend(unknown.map(|id| (*id, UserErrorCode::CouponNotFound)));
        evaluation
    }

    /// What the evaluation means for each line.
    pub(crate) fn use_lines(&self, evaluation: &Evaluation) -> Vec<UseLineRow> {
        let parts = evaluation.applied.iter().flat_map(|applied| {
            applied.lines.iter().map(|part| UseLineRow {
                coupon_id: applied.coupon_id,
                line_id: self.lines[part.line].id.clone(),
                seller_id: self.lines[part.line].seller_id,
                quantity: self.lines[part.line].quantity,
                discount: part.total,
                seller_part: part.seller_part,
            })
        });
        let mut rows: Vec<UseLineRow> = parts.collect();
        rows.sort_by(|one, other| (one.coupon_id, &one.line_id).cmp(&(other.coupon_id, &other.line_id)));
        rows
    }
}

/// What became of a reservation.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// As asked, or as it was before.
    Done(Vec<UseLineRow>),
    /// Nothing changed: these do not apply.
    Refused(Vec<(CouponId, UserErrorCode)>),
}

/// Reserves the coupons until `expires_at`. The order's id is the idempotency key: asked again, the first answer is given as
/// it was; after a release it is refused. When one coupon does not apply, none is reserved, and the order may ask anew.
pub(crate) async fn reserve_coupons(
    coupons: &Coupons,
    order_id: OrderId,
    order: CouponOrder,
    expires_at: DateTime<Utc>,
    context: &RequestContext,
) -> Result<Outcome, Failure> {
    order.check(context)?;
    let mut connection = coupons.database.connection().await?;
    let outcome = connection
        .transaction(async |connection| {
            let (user, held) = (Some(order.user_id), UseState::Held);
            if !store::insert_reservation(connection, order_id, user, held, expires_at).await? {
                let known = store::lock_reservation(connection, order_id).await?;
                return Ok(as_it_stands(connection, known, context).await?);
            }
            let candidates = locked_candidates(connection, &order).await?;
            let evaluation = order.evaluate(&candidates);
            if !evaluation.refused.is_empty() {
                // Undoes the reservation as well: the order may ask again with other coupons.
                return Err(Refused::Coupons(evaluation.refused));
            }
            Ok(hold(connection, order_id, &order, &candidates, &evaluation, context).await?)
        })
        .await;
    drop(connection);
    match outcome {
        Ok(lines) => {
            coupons.outbox.wake();
            Ok(Outcome::Done(lines))
        }
        Err(Refused::Coupons(refused)) => Ok(Outcome::Refused(refused)),
        Err(Refused::Failure(failure)) => Err(failure),
    }
}

enum Refused {
    Coupons(Vec<(CouponId, UserErrorCode)>),
    Failure(Failure),
}

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// The user's coupons of the order with their policies, all locked: the coupons before the policies, each in the order of
/// their ids, so that two orders never wait for each other.
async fn locked_candidates(
    connection: &mut AsyncPgConnection,
    order: &CouponOrder,
) -> diesel::QueryResult<Vec<Candidate>> {
    let mut own = store::lock_coupons(connection, &order.coupon_ids).await?;
    own.retain(|coupon| coupon.user_id == order.user_id);
    let ids: Vec<PolicyId> = own.iter().map(|coupon| coupon.policy_id).collect();
    let policies = store::lock_policies(connection, &ids).await?;
    Ok(store::with_policies(own, &policies))
}

async fn hold(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    order: &CouponOrder,
    candidates: &[Candidate],
    evaluation: &Evaluation,
    context: &RequestContext,
) -> diesel::QueryResult<Vec<UseLineRow>> {
    let policy_of = |id: CouponId| candidates.iter().find(|candidate| candidate.coupon.id == id);
    let mut uses = Vec::new();
    let mut amounts: BTreeMap<PolicyId, i64> = BTreeMap::new();
    for applied in &evaluation.applied {
        let candidate = policy_of(applied.coupon_id).ok_or(diesel::result::Error::NotFound)?;
        *amounts.entry(candidate.policy.id).or_default() += applied.discount;
        uses.push(UseRow {
            coupon_id: applied.coupon_id,
            policy_id: candidate.policy.id,
            state: UseState::Held,
            discount: applied.discount,
        });
    }
    let ids: Vec<CouponId> = uses.iter().map(|used| used.coupon_id).collect();
    let lines = order.use_lines(evaluation);
    store::give_to_order(connection, &ids, order_id, CouponState::Reserved).await?;
    store::insert_uses(connection, order_id, &uses, &lines).await?;
    let cause = Cause { trace_parent: context.trace_parent.as_deref(), ..Cause::default() };
    book(connection, &amounts, cause).await?;
    Ok(lines)
}

async fn as_it_stands(
    connection: &mut AsyncPgConnection,
    known: Option<ReservationRow>,
    context: &RequestContext,
) -> Result<Vec<UseLineRow>, Failure> {
    let known = known.ok_or(diesel::result::Error::NotFound)?;
    match reservation_answer(Some(known.state), ReservationCommand::Reserve) {
        Answer::Refused(code) => Err(code.at(&["orderId"], context.language).into()),
        Answer::Stands | Answer::Moves(_) => Ok(store::use_lines(connection, known.order_id).await?),
    }
}
