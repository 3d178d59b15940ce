//! Stand-ins of the services that an order's money goes through: each answers for an order as its test says, and keeps what it
//! was asked.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use async_graphql::{EmptySubscription, Enum, Error, ID, InputObject, Object, Schema, SimpleObject};
use chrono::{DateTime, Utc};
use platform::money::Long;

#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub(crate) enum PaymentState {
    WaitingForDeposit,
    Done,
    Aborted,
    Expired,
    IntegrityFailure,
}

#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub(crate) enum RefundState {
    Done,
    AccountNeeded,
}

/// What is answered for an order, and what was asked for it.
#[derive(Clone, Debug)]
pub(crate) struct Till {
    pub(crate) state: PaymentState,
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) refund: RefundState,
    pub(crate) sold_out: bool,
    /// How often stock is not kept longer before it is.
    pub(crate) failures: u32,
    pub(crate) aborts: u32,
    pub(crate) refunds: u32,
    /// How much was to go back each time, and what of it was told to be for tax-free goods.
    pub(crate) refunded: Vec<(i64, Option<i64>)>,
    pub(crate) stock_until: Option<DateTime<Utc>>,
    pub(crate) coupons_until: Option<DateTime<Utc>>,
    pub(crate) released: bool,
}

/// What the tests of the process have said; by order.
static TILLS: LazyLock<Mutex<HashMap<String, Till>>> = LazyLock::new(Mutex::default);

/// Reads or changes what is answered for an order.
pub(crate) fn till<T>(order: &str, work: impl FnOnce(&mut Till) -> T) -> T {
    let mut tills = TILLS.lock().unwrap();
    let till = tills.entry(order.to_owned()).or_insert_with(|| Till {
        state: PaymentState::WaitingForDeposit,
        due_at: None,
        refund: RefundState::Done,
        sold_out: false,
        failures: 0,
        aborts: 0,
        refunds: 0,
        refunded: Vec::new(),
        stock_until: None,
        coupons_until: None,
        released: false,
    });
    work(till)
}

#[derive(SimpleObject)]
struct Problem {
    code: String,
    message: String,
}

macro_rules! payloads {
    ($($name:ident { $($field:ident: $type:ty),* })*) => {$(
        #[derive(SimpleObject)]
        struct $name {
            $($field: $type,)*
            user_errors: Vec<Problem>,
        }
    )*};
}

#[derive(SimpleObject)]
struct Account {
    due_at: DateTime<Utc>,
}

#[derive(SimpleObject)]
struct Payment {
    state: PaymentState,
    virtual_account: Option<Account>,
}

#[derive(SimpleObject)]
struct Refund {
    state: RefundState,
}

#[derive(SimpleObject)]
struct Shortage {
    variant_id: ID,
    available: i32,
}

payloads! {
    AbortPaymentPayload { aborted: bool, payment: Option<Payment> }
    RefundPaymentPayload { refund: Option<Refund> }
    ExtendReservationsPayload { held: bool }
    CommitReservationsPayload { shortages: Vec<Shortage> }
    ReleaseReservationsPayload { order_id: ID }
    ExtendCouponsPayload { held: bool }
    UseCouponsPayload { order_id: ID }
    ReleaseCouponsPayload { order_id: ID }
}

macro_rules! inputs {
    ($($name:ident { $($field:ident: $type:ty),* })*) => {$(
        #[derive(InputObject)]
        struct $name {
            order_id: ID,
            $($field: $type,)*
        }
    )*};
}

inputs! {
    AbortPaymentInput { reason: String, closes_deposit: bool }
    RefundPaymentInput { refund_id: ID, amount: Long, reason: String, tax_free_amount: Option<Long> }
    ExtendReservationsInput { expires_at: DateTime<Utc> }
    CommitReservationsInput { }
    ReleaseReservationsInput { reason: String }
    ExtendCouponsInput { expires_at: DateTime<Utc> }
    UseCouponsInput { }
    ReleaseCouponsInput { }
}

pub(crate) struct Nothing;

#[Object]
impl Nothing {
    async fn nothing(&self) -> bool {
        true
    }
}

pub(crate) struct PaymentMutation;

#[Object]
impl PaymentMutation {
    async fn abort_payment(&self, input: AbortPaymentInput) -> AbortPaymentPayload {
        till(&input.order_id, |till| {
            till.aborts += 1;
            if input.closes_deposit && till.state == PaymentState::WaitingForDeposit {
                till.state = PaymentState::Aborted;
            }
            let aborted = matches!(till.state, PaymentState::Aborted | PaymentState::Expired);
            let virtual_account = till.due_at.map(|due_at| Account { due_at });
            let payment = Some(Payment { state: till.state, virtual_account });
            AbortPaymentPayload { aborted, payment, user_errors: Vec::new() }
        })
    }

    async fn refund_payment(&self, input: RefundPaymentInput) -> RefundPaymentPayload {
        till(&input.order_id, |till| {
            till.refunds += 1;
            till.refunded.push((input.amount.0, input.tax_free_amount.map(|tax_free| tax_free.0)));
            RefundPaymentPayload { refund: Some(Refund { state: till.refund }), user_errors: Vec::new() }
        })
    }
}

pub(crate) struct InventoryMutation;

#[Object]
impl InventoryMutation {
    async fn extend_reservations(
        &self,
        input: ExtendReservationsInput,
    ) -> async_graphql::Result<ExtendReservationsPayload> {
        till(&input.order_id, |till| {
            if till.failures > 0 {
                till.failures -= 1;
                return Err(Error::new("not now"));
            }
            till.stock_until = Some(input.expires_at);
            Ok(ExtendReservationsPayload { held: true, user_errors: Vec::new() })
        })
    }

    async fn commit_reservations(&self, input: CommitReservationsInput) -> CommitReservationsPayload {
        let sold_out = till(&input.order_id, |till| till.sold_out);
        let shortage = Shortage { variant_id: "var".into(), available: 0 };
        let shortages = sold_out.then_some(shortage).into_iter().collect();
        CommitReservationsPayload { shortages, user_errors: Vec::new() }
    }

    async fn release_reservations(&self, input: ReleaseReservationsInput) -> ReleaseReservationsPayload {
        till(&input.order_id, |till| till.released = true);
        ReleaseReservationsPayload { order_id: input.order_id, user_errors: Vec::new() }
    }
}

pub(crate) struct CouponMutation;

#[Object]
impl CouponMutation {
    async fn extend_coupons(&self, input: ExtendCouponsInput) -> ExtendCouponsPayload {
        till(&input.order_id, |till| till.coupons_until = Some(input.expires_at));
        ExtendCouponsPayload { held: true, user_errors: Vec::new() }
    }

    async fn use_coupons(&self, input: UseCouponsInput) -> UseCouponsPayload {
        UseCouponsPayload { order_id: input.order_id, user_errors: Vec::new() }
    }

    async fn release_coupons(&self, input: ReleaseCouponsInput) -> ReleaseCouponsPayload {
        ReleaseCouponsPayload { order_id: input.order_id, user_errors: Vec::new() }
    }
}

platform::stand_in!(
    /// Answers for payments as a test says.
    pub(crate) PAYMENT, "payment", Schema::build(Nothing, PaymentMutation, EmptySubscription).finish()
);
platform::stand_in!(
    /// Answers for stock as a test says.
    pub(crate) INVENTORY, "inventory", Schema::build(Nothing, InventoryMutation, EmptySubscription).finish()
);
platform::stand_in!(
    /// Answers for coupons.
    pub(crate) COUPON, "coupon", Schema::build(Nothing, CouponMutation, EmptySubscription).finish()
);
