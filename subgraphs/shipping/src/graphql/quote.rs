//! Quotes: for everybody at the prices of now, and for our services by what they know.

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use platform::money::{Long, Money};

use super::references::Seller;
use crate::actions::LineToSend;
use crate::model::{DeliveryArea, PolicyId, ProductId, SellerId, VariantId};
use crate::rules::{Bundle, SellerQuote};

/// A variant to be sent.
#[derive(InputObject)]
pub(crate) struct ShippingQuoteLineInput {
    /// The variant.
    pub(crate) variant_id: VariantId,
    /// How many, at least one.
    pub(crate) quantity: i32,
}

/// What sending costs.
#[derive(SimpleObject)]
pub(crate) struct ShippingQuote {
    /// Where the address lies.
    area: DeliveryArea,
    /// All sellers' fees and surcharges.
    total: Money,
    /// What each seller asks.
    sellers: Vec<ShippingQuoteSeller>,
}

impl ShippingQuote {
    pub(crate) fn of(area: DeliveryArea, quotes: Vec<SellerQuote>) -> Self {
        let total = Money::krw(quotes.iter().map(|quote| quote.total).sum());
        Self { area, total, sellers: quotes.into_iter().map(ShippingQuoteSeller::from).collect() }
    }
}

/// What one seller asks for sending.
#[derive(SimpleObject)]
pub(crate) struct ShippingQuoteSeller {
    /// The seller.
    seller: Seller,
    /// All its fees and surcharges.
    total: Money,
    /// What is sent together.
    bundles: Vec<ShippingQuoteBundle>,
    /// Until when everything is sent, when it is paid now.
    dispatch_by: DateTime<Utc>,
    /// What sending goods back costs, at most.
    return_fee: Money,
    /// What an exchange costs, at most.
    exchange_fee: Money,
}

impl From<SellerQuote> for ShippingQuoteSeller {
    fn from(quote: SellerQuote) -> Self {
        Self {
            seller: Seller { id: quote.seller_id },
            total: Money::krw(quote.total),
            bundles: quote.bundles.into_iter().map(ShippingQuoteBundle::from).collect(),
            dispatch_by: quote.dispatch_by,
            return_fee: Money::krw(quote.return_fee),
            exchange_fee: Money::krw(quote.exchange_fee),
        }
    }
}

/// What is sent together.
#[derive(SimpleObject)]
pub(crate) struct ShippingQuoteBundle {
    /// The policy whose fee is charged; null when the seller has announced none and charges nothing.
    policy_id: Option<PolicyId>,
    /// The variants.
    variant_ids: Vec<ID>,
    /// The fee.
    fee: Money,
    /// What the area costs more.
    surcharge: Money,
}

impl From<Bundle> for ShippingQuoteBundle {
    fn from(bundle: Bundle) -> Self {
        Self {
            policy_id: bundle.policy_id,
            variant_ids: bundle.line_ids.into_iter().map(ID).collect(),
            fee: Money::krw(bundle.fee),
            surcharge: Money::krw(bundle.surcharge),
        }
    }
}

/// Lines to be sent to an address.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct QuoteShippingInput {
    /// The address's zonecode, five digits.
    pub(crate) zonecode: String,
    pub(crate) lines: Vec<QuoteShippingLineInput>,
}

/// A line to be sent.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct QuoteShippingLineInput {
    /// The caller's name of the line.
    line_id: ID,
    seller_id: SellerId,
    product_id: ProductId,
    quantity: i32,
    /// What the line costs, in won.
    amount: Long,
}

impl From<QuoteShippingLineInput> for LineToSend {
    fn from(line: QuoteShippingLineInput) -> Self {
        Self {
            line_id: line.line_id.0,
            seller_id: line.seller_id,
            product_id: line.product_id,
            quantity: line.quantity,
            amount: line.amount.0,
        }
    }
}

/// What sending costs, in won.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct QuotedShipping {
    pub(crate) sellers: Vec<QuotedSeller>,
}

/// What one seller asks, in won.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct QuotedSeller {
    seller_id: SellerId,
    total: Long,
    bundles: Vec<QuotedBundle>,
    dispatch_by: DateTime<Utc>,
    return_fee: Long,
    exchange_fee: Long,
}

/// What is sent together, in won.
#[derive(SimpleObject)]
#[graphql(inaccessible)]
pub(crate) struct QuotedBundle {
    policy_id: Option<PolicyId>,
    line_ids: Vec<ID>,
    fee: Long,
    surcharge: Long,
}

impl From<SellerQuote> for QuotedSeller {
    fn from(quote: SellerQuote) -> Self {
        let bundle = |bundle: Bundle| QuotedBundle {
            policy_id: bundle.policy_id,
            line_ids: bundle.line_ids.into_iter().map(ID).collect(),
            fee: Long(bundle.fee),
            surcharge: Long(bundle.surcharge),
        };
        Self {
            seller_id: quote.seller_id,
            total: Long(quote.total),
            bundles: quote.bundles.into_iter().map(bundle).collect(),
            dispatch_by: quote.dispatch_by,
            return_fee: Long(quote.return_fee),
            exchange_fee: Long(quote.exchange_fee),
        }
    }
}
