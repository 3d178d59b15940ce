//! Checkout, first half: snapshot, order, stock, payment. A persisted workflow: whoever dies here leaves a step that the
//! recovery job undoes.

use platform::contact::{is_zonecode, normalize_phone};
use platform::errors::GraphError;
use platform::events::Append;
use platform::fault;
use platform::graph::RequestContext;
use platform::idempotency::{self, Begin, Claim};
use platform::language::Language;
use serde::Serialize;

use super::assemble::{Buyer, assemble};
use super::snapshot::{self, ChangeKind, Item, ItemChange};
use super::terms::{ChosenCoupons, keep_coupons, quote_terms};
use super::{Orders, compensate};
use crate::clients::{AddressOf, CreatePayment, ReserveStock, address_of, create_payment, reserve_stock};
use crate::error::{ErrorCode, Failure, Refusal};
use crate::events::{LineFact, OrderPlaced};
use crate::model::{AddressId, CartLineId, CouponId, LineRow, OrderId, OrderRow, PaymentMethod, UserId, VariantId};
use crate::rules::amounts::tax_free_total;
use crate::store::{self, WholeOrder};

/// Where an order goes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ShippingAddress {
    pub(crate) recipient: String,
    pub(crate) phone: String,
    pub(crate) zonecode: String,
    pub(crate) road_address: String,
    pub(crate) detail: String,
    pub(crate) entrance_note: Option<String>,
}

/// What the buyer asks for. Its JSON is the fingerprint of the idempotency key.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PlaceOrder {
    pub(crate) cart_line_ids: Vec<CartLineId>,
    pub(crate) items: Vec<Item>,
    pub(crate) address_id: Option<AddressId>,
    pub(crate) address: Option<ShippingAddress>,
    // Left out of the fingerprint when empty, so that keys from before there were coupons keep theirs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) coupon_ids: Vec<CouponId>,
    pub(crate) payment_method: PaymentMethod,
    pub(crate) expected_total: Option<i64>,
}

/// What became of it.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    pub(crate) order: Option<OrderRow>,
    /// The order's lines, where they are known.
    pub(crate) lines: Option<Vec<LineRow>>,
    pub(crate) changes: Vec<ItemChange>,
    pub(crate) refusals: Vec<Refusal>,
}

impl Placed {
    fn refused(changes: Vec<ItemChange>, language: Language) -> Self {
        let mut kinds: Vec<ChangeKind> = Vec::new();
        for change in &changes {
            if !kinds.contains(&change.kind) {
                kinds.push(change.kind);
            }
        }
        let refusals = kinds.into_iter().map(|kind| snapshot::refusal_of(kind, language)).collect();
        Self { changes, refusals, ..Self::default() }
    }
}

/// Places an order under the request's idempotency key.
pub(crate) async fn place_order(
    orders: &Orders,
    buyer_id: UserId,
    request: PlaceOrder,
    context: &RequestContext,
) -> Result<Placed, Failure> {
    let key = context.idempotency_key.as_deref();
    let claim = Claim::new(buyer_id, key, "placeOrder", &request, context.language)?;
    check_request(orders, &request, context.language)?;
    let refused = match draft(orders, buyer_id, &request, context).await {
        Ok(Ok(draft)) => return place(orders, draft, &claim, context).await,
        Ok(Err(placed)) => Ok(placed),
        Err(failure) => Err(failure),
    };
    // A repetition gets the first answer, whatever has changed since then.
    let known = {
        let mut connection = orders.database.connection().await?;
        idempotency::known(&mut connection, &claim, context.language).await?
    };
    match known {
        Some(answer) => replay(orders, &answer, context).await,
        None => refused,
    }
}

async fn replay(orders: &Orders, answer: &serde_json::Value, context: &RequestContext) -> Result<Placed, Failure> {
    let id: Option<OrderId> = answer.as_str().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| GraphError::internal("the answer under an idempotency key is no order"))?;
    let mut connection = orders.database.connection().await?;
    let order = store::order_by_id(&mut connection, id).await?;
    context.note_replay();
    Ok(Placed { order, ..Placed::default() })
}

fn check_request(orders: &Orders, request: &PlaceOrder, language: Language) -> Result<(), Failure> {
    let count = request.cart_line_ids.len() + request.items.len();
    let largest = i64::from(orders.settings.max_quantity);
    if request.cart_line_ids.is_empty() == request.items.is_empty() {
        return Err(ErrorCode::EmptyOrder.at(&["cartLineIds"], language).into());
    }
    if count > orders.settings.max_lines {
        return Err(ErrorCode::TooManyLines.at(&["items"], language).into());
    }
    if request.items.iter().any(|item| item.quantity < 1 || item.quantity > largest) {
        return Err(ErrorCode::InvalidQuantity.at(&["items", "quantity"], language).into());
    }
    let mut variants: Vec<VariantId> = request.items.iter().map(|item| item.variant_id).collect();
    let mut cart_lines = request.cart_line_ids.clone();
    variants.sort_unstable();
    cart_lines.sort_unstable();
    if variants.windows(2).any(|pair| pair[0] == pair[1]) || cart_lines.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ErrorCode::InvalidQuantity.at(&["items"], language).into());
    }
    if request.coupon_ids.len() > orders.settings.max_coupons {
        return Err(ErrorCode::TooManyCoupons.at(&["couponIds"], language).into());
    }
    match (&request.address_id, &request.address) {
        (Some(_), None) => Ok(()),
        (None, Some(address)) => check_address(address, language).map_err(Into::into),
        _ => Err(ErrorCode::InvalidAddress.at(&["address"], language).into()),
    }
}

fn check_address(address: &ShippingAddress, language: Language) -> Result<(), Refusal> {
    let field = if !is_zonecode(&address.zonecode) {
        "zonecode"
    } else if normalize_phone(&address.phone).is_none() {
        "phone"
    } else if address.recipient.trim().is_empty() {
        "recipient"
    } else if address.road_address.trim().is_empty() {
        "roadAddress"
    } else {
        return Ok(());
    };
    Err(ErrorCode::InvalidAddress.at(&["address", field], language))
}

/// An order that is not placed yet, with the coupons that it wants.
struct Draft {
    whole: WholeOrder,
    coupons: Option<ChosenCoupons>,
}

/// The order as it would be placed now, or why not.
async fn draft(
    orders: &Orders,
    buyer_id: UserId,
    request: &PlaceOrder,
    context: &RequestContext,
) -> Result<Result<Draft, Placed>, Failure> {
    let (snapshots, address) = futures::try_join!(
        async {
            if request.items.is_empty() {
                snapshot::of_cart_lines(orders, buyer_id, &request.cart_line_ids, context).await
            } else {
                snapshot::of_items(orders, &request.items, context).await
            }
        },
        address_for(orders, buyer_id, request, context),
    )?;
    if !snapshots.iter().all(|bought| snapshot::texts_fit(bought, orders.settings.max_option_text)) {
        return Err(ErrorCode::InvalidOptionTexts.at(&["items", "optionTexts"], context.language).into());
    }
    let old_enough = snapshot::is_old_enough(orders, buyer_id, &snapshots, context).await?;
    let changes = snapshot::changes(&snapshots, old_enough);
    if !changes.is_empty() {
        return Ok(Err(Placed::refused(changes, context.language)));
    }
    let coupons = ChosenCoupons::new(&request.coupon_ids, &snapshots);
    let quoted = quote_terms(orders, buyer_id, coupons.as_ref(), &address.zonecode, &snapshots, context).await?;
    let terms = match quoted {
        Ok(terms) => terms,
        Err(refusal) => return Ok(Err(Placed { refusals: vec![refusal], ..Placed::default() })),
    };
    let within = orders.settings.payment_deadline;
    let whole = assemble(Buyer { id: buyer_id, address }, request.payment_method, snapshots, &terms, within)
        .ok_or_else(|| GraphError::new(platform::errors::ErrorCode::BadUserInput, "The total is out of range"))?;
    if whole.order.total == 0 {
        let refusals = vec![ErrorCode::NothingToPay.at(&[], context.language)];
        return Ok(Err(Placed { refusals, ..Placed::default() }));
    }
    if request.expected_total.is_some_and(|expected| expected != whole.order.total) {
        let refusals = vec![ErrorCode::TotalChanged.at(&["expectedTotal"], context.language)];
        return Ok(Err(Placed { refusals, ..Placed::default() }));
    }
    Ok(Ok(Draft { whole, coupons }))
}

async fn place(orders: &Orders, draft: Draft, claim: &Claim, context: &RequestContext) -> Result<Placed, Failure> {
    let mut connection = orders.database.connection().await?;
    if !store::place(&mut connection, &draft.whole, claim.take(), orders.step_lease()).await? {
        let begun = idempotency::begin(&mut connection, claim, context.language).await?;
        let Begin::Replay(answer) = begun else {
            // The order under this key was undone this very moment: the next try places another.
            idempotency::abandon(&mut connection, claim).await?;
            return Err(idempotency::in_flight(context.language).into());
        };
        drop(connection);
        return replay(orders, &answer, context).await;
    }
    drop(connection);
    fault::point("order.placed");
    arrange(orders, draft, claim, context).await
}

/// Reserves stock, keeps coupons and creates the payment; undoes the order when that cannot be had.
async fn arrange(orders: &Orders, draft: Draft, claim: &Claim, context: &RequestContext) -> Result<Placed, Failure> {
    let Draft { whole, coupons } = draft;
    let order_id = whole.order.id;
    let unavailable = ErrorCode::TemporarilyUnavailable.at(&[], context.language).worth_retrying();
    let shortages = match reserve(orders, &whole, context).await {
        Ok(shortages) => shortages,
        Err(error) => return undo(orders, order_id, error, unavailable, context).await,
    };
    fault::point("order.reserved");
    if !shortages.is_empty() {
        let placed = Placed::refused(shortages, context.language);
        let reason = placed.refusals.first().map(|refusal| refusal.message.clone()).unwrap_or_default();
        compensate(orders, order_id, &reason, context).await?;
        return Ok(placed);
    }
    if let Some(coupons) = &coupons {
        match keep_coupons(orders, &whole, coupons, context).await {
            Ok(Ok(())) => fault::point("order.coupons_kept"),
            Ok(Err(refusal)) => {
                compensate(orders, order_id, &refusal.message, context).await?;
                return Ok(Placed { refusals: vec![refusal], ..Placed::default() });
            }
            Err(error) => return undo(orders, order_id, error, unavailable, context).await,
        }
    }
    if let Err(error) = create_the_payment(orders, &whole, context).await {
        return undo(orders, order_id, error, unavailable, context).await;
    }
    fault::point("order.payment_created");
    let fact = OrderPlaced {
        order_id,
        buyer_id: whole.order.buyer_id,
        cart_line_ids: whole.lines.iter().filter_map(|line| line.cart_line_id).collect(),
        lines: whole.lines.iter().map(LineFact::from).collect(),
    };
    let answer = claim.keep(&order_id)?;
    let event = Append::one(&fact, context.trace_parent.as_deref())?;
    let advanced = {
        let mut connection = orders.database.connection().await?;
        store::await_payment(&mut connection, order_id, whole.order.payment_deadline, answer, event).await?
    };
    orders.outbox.wake();
    fault::point("order.awaiting_payment");
    if !advanced {
        // This took so long that the recovery job has undone it.
        return Err(unavailable.into());
    }
    Ok(Placed { order: Some(whole.order), lines: Some(whole.lines), ..Placed::default() })
}

async fn undo(
    orders: &Orders,
    order_id: OrderId,
    error: Failure,
    unavailable: Refusal,
    context: &RequestContext,
) -> Result<Placed, Failure> {
    tracing::warn!(order = %order_id, ?error, "a checkout could not be arranged and is undone");
    if let Err(error) = compensate(orders, order_id, &unavailable.message, context).await {
        tracing::warn!(order = %order_id, ?error, "the recovery job will undo it");
    }
    Err(unavailable.into())
}

async fn reserve(orders: &Orders, whole: &WholeOrder, context: &RequestContext) -> Result<Vec<ItemChange>, Failure> {
    let lines = whole
        .lines
        .iter()
        .map(|line| reserve_stock::ReserveLineInput {
            variant_id: line.variant_id.to_string(),
            quantity: line.quantity.into(),
        })
        .collect();
    let input = reserve_stock::ReserveStockInput {
        order_id: whole.order.id.to_string(),
        lines,
        expires_at: whole.order.payment_deadline + orders.settings.reservation_margin,
    };
    let payload =
        orders.graph.ask::<ReserveStock>("inventory", reserve_stock::Variables { input }, context).await?.reserve_stock;
    if payload.shortages.is_empty()
        && let Some(error) = payload.user_errors.first()
    {
        return Err(GraphError::unavailable(format_args!("stock not reserved: {}", error.message)).into());
    }
    let changes = payload.shortages.into_iter().filter_map(|shortage| {
        Some(ItemChange {
            kind: ChangeKind::OutOfStock,
            variant_id: shortage.variant_id.parse().ok()?,
            before: None,
            now: None,
            available: Some(shortage.available),
        })
    });
    Ok(changes.collect())
}

async fn create_the_payment(orders: &Orders, whole: &WholeOrder, context: &RequestContext) -> Result<(), Failure> {
    let order = &whole.order;
    let tax_free = tax_free_total(&whole.lines);
    let method = match order.payment_method {
        PaymentMethod::Card => create_payment::PaymentMethod::CARD,
        PaymentMethod::VirtualAccount => create_payment::PaymentMethod::VIRTUAL_ACCOUNT,
        PaymentMethod::Transfer => create_payment::PaymentMethod::TRANSFER,
        PaymentMethod::EasyPay => create_payment::PaymentMethod::EASY_PAY,
    };
    let input = create_payment::CreatePaymentInput {
        order_id: order.id.to_string(),
        buyer_id: order.buyer_id.to_string(),
        amount: order.total,
        method,
        order_name: order.name.clone(),
        tax_free_amount: (tax_free > 0).then_some(tax_free),
    };
    let answer = orders.graph.ask::<CreatePayment>("payment", create_payment::Variables { input }, context).await?;
    match answer.create_payment.payment {
        Some(_) => Ok(()),
        None => Err(GraphError::unavailable("the payment was not created").into()),
    }
}

async fn address_for(
    orders: &Orders,
    buyer_id: UserId,
    request: &PlaceOrder,
    context: &RequestContext,
) -> Result<ShippingAddress, Failure> {
    if let Some(address) = &request.address {
        return Ok(address.clone());
    }
    let missing = || ErrorCode::AddressNotFound.at(&["addressId"], context.language);
    let address_id = request.address_id.ok_or_else(missing)?;
    let variables = address_of::Variables { user_id: buyer_id.to_string(), address_id: address_id.to_string() };
    let address = orders.graph.ask::<AddressOf>("user", variables, context).await?.address_of.ok_or_else(missing)?;
    Ok(ShippingAddress {
        recipient: address.recipient,
        phone: address.phone,
        zonecode: address.zonecode,
        road_address: address.road_address,
        detail: address.detail,
        entrance_note: address.entrance_note,
    })
}
