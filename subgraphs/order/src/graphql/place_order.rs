//! The checkout's input and payload.

use async_graphql::{Enum, InputObject, SimpleObject};
use platform::contact::normalize_phone;
use platform::errors::UserError;
use platform::money::{Long, Money};

use super::order::Order;
use super::references::ProductVariant;
use crate::actions::{ChangeKind, Item, ItemChange, PlaceOrder, Placed, ShippingAddress};
use crate::error::ErrorCode;
use crate::model::{AddressId, CartLineId, CouponId, PaymentMethod, VariantId};

/// A variant to buy without a cart.
#[derive(InputObject)]
pub(crate) struct OrderItemInput {
    /// The variant.
    variant_id: VariantId,
    /// How many, at least one.
    quantity: i32,
    /// The price in won that the buyer saw; the order is refused when it is another one now.
    expected_price: Option<Long>,
    /// What the buyer writes for each of its product's options, in their order, where they are written (직접입력).
    #[graphql(default)]
    option_texts: Vec<String>,
}

/// Where the order goes.
#[derive(InputObject)]
pub(crate) struct ShippingAddressInput {
    /// Who receives it.
    recipient: String,
    /// The recipient's phone number, as 010-1234-5678.
    phone: String,
    /// The postal code: five digits.
    zonecode: String,
    /// The road name address.
    road_address: String,
    /// The rest of the address: floor, room.
    detail: String,
    /// How to get in.
    entrance_note: Option<String>,
}

/// What the buyer orders: cart lines or items, to an address of theirs or a new one.
#[derive(InputObject)]
pub(crate) struct PlaceOrderInput {
    /// Lines of the buyer's cart. Either these or `items`.
    cart_line_ids: Option<Vec<CartLineId>>,
    /// Variants, without a cart. Either these or `cartLineIds`.
    items: Option<Vec<OrderItemInput>>,
    /// One of the buyer's addresses. Either this or `address`.
    address_id: Option<AddressId>,
    /// An address. Either this or `addressId`.
    address: Option<ShippingAddressInput>,
    /// Coupons of the buyer, to be used together. The order is refused when one of them does not apply.
    coupon_ids: Option<Vec<CouponId>>,
    /// How the buyer pays.
    #[graphql(default_with = "PaymentMethod::Card")]
    payment_method: PaymentMethod,
    /// The total in won that the buyer saw; the order is refused when it is another one now.
    expected_total: Option<Long>,
}

impl From<PlaceOrderInput> for PlaceOrder {
    fn from(input: PlaceOrderInput) -> Self {
        let items = input.items.unwrap_or_default().into_iter().map(|item| Item {
            variant_id: item.variant_id,
            quantity: item.quantity.into(),
            expected_price: item.expected_price.map(|price| price.0),
            option_texts: item.option_texts,
        });
        Self {
            cart_line_ids: input.cart_line_ids.unwrap_or_default(),
            items: items.collect(),
            address_id: input.address_id,
            address: input.address.map(|address| ShippingAddress {
                recipient: address.recipient,
                phone: normalize_phone(&address.phone).unwrap_or(address.phone),
                zonecode: address.zonecode,
                road_address: address.road_address,
                detail: address.detail,
                entrance_note: address.entrance_note,
            }),
            coupon_ids: input.coupon_ids.unwrap_or_default(),
            payment_method: input.payment_method,
            expected_total: input.expected_total.map(|total| total.0),
        }
    }
}

/// What is not as the buyer expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrderItemChangeKind {
    /// The price is another one now.
    PriceChanged,
    /// It is not on sale.
    NotForSale,
    /// There is not enough of it.
    OutOfStock,
    /// It is for adults only, and the buyer has not shown to be one: see `startIdentityVerification`.
    AdultVerificationRequired,
}

/// One variant that is not as the buyer expected.
#[derive(SimpleObject)]
pub(crate) struct OrderItemChange {
    /// What changed.
    kind: OrderItemChangeKind,
    /// The variant.
    variant: ProductVariant,
    /// The price that the buyer saw.
    before: Option<Money>,
    /// The price now.
    now: Option<Money>,
    /// How many are to be had.
    available: Option<i32>,
}

impl From<ItemChange> for OrderItemChange {
    fn from(change: ItemChange) -> Self {
        Self {
            kind: match change.kind {
                ChangeKind::Price => OrderItemChangeKind::PriceChanged,
                ChangeKind::NotForSale => OrderItemChangeKind::NotForSale,
                ChangeKind::OutOfStock => OrderItemChangeKind::OutOfStock,
                ChangeKind::AdultsOnly => OrderItemChangeKind::AdultVerificationRequired,
            },
            variant: ProductVariant { id: change.variant_id },
            before: change.before.map(Money::krw),
            now: change.now.map(Money::krw),
            available: change.available.and_then(|available| i32::try_from(available).ok()),
        }
    }
}

/// The order, or why there is none.
#[derive(SimpleObject, Default)]
pub(crate) struct PlaceOrderPayload {
    /// The order; its payment waits for the buyer.
    pub(super) order: Option<Order>,
    /// What is not as the buyer expected; nothing was ordered when this is not empty.
    pub(super) changes: Vec<OrderItemChange>,
    /// Why it was refused.
    pub(super) user_errors: Vec<UserError<ErrorCode>>,
}

impl From<Placed> for PlaceOrderPayload {
    fn from(placed: Placed) -> Self {
        Self {
            order: placed.order.map(|row| Order { row, lines: placed.lines }),
            changes: placed.changes.into_iter().map(OrderItemChange::from).collect(),
            user_errors: placed.refusals,
        }
    }
}
