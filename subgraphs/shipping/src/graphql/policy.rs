//! Policies and bundle groups as everybody may read them.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};
use platform::money::Money;

use super::references::Seller;
use crate::model::{BundleGroupId, BundleGroupRow, BundleRule, Policy, PolicyId, ShippingPolicyKind};

/// A seller's shipping policy.
pub(crate) struct ShippingPolicy(pub(crate) Arc<Policy>);

/// What a seller asks for sending goods, and how long it takes to send them. Amounts are whole won.
#[Object]
impl ShippingPolicy {
    /// The policy's id, `spp_…`.
    async fn id(&self) -> PolicyId {
        self.0.row.id
    }

    /// Whose it is.
    async fn seller(&self) -> Seller {
        Seller { id: self.0.row.seller_id }
    }

    /// What the seller calls it.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// How the fee is found.
    async fn kind(&self) -> ShippingPolicyKind {
        self.0.row.kind
    }

    /// The fee; zero when it is free.
    async fn fee(&self) -> Money {
        Money::krw(self.0.row.fee)
    }

    /// From which amount on a CONDITIONAL_FREE policy costs nothing; counted over the whole bundle.
    async fn free_from(&self) -> Option<Money> {
        self.0.row.free_from.map(Money::krw)
    }

    /// For how many pieces the fee of a BY_QUANTITY policy is asked once.
    async fn pieces_per_fee(&self) -> Option<i32> {
        self.0.row.pieces_per_fee
    }

    /// With which other policies' goods these are sent together.
    async fn bundle_group(&self) -> Option<BundleGroup> {
        self.0.group.as_ref().map(BundleGroup::from)
    }

    /// 개별배송: whether each product is sent, and charged, by itself.
    async fn ships_alone(&self) -> bool {
        self.0.row.ships_alone
    }

    /// What sending to 제주 costs more.
    async fn jeju_surcharge(&self) -> Money {
        Money::krw(self.0.row.jeju_surcharge)
    }

    /// What sending to other islands (도서산간) costs more.
    async fn remote_surcharge(&self) -> Money {
        Money::krw(self.0.row.remote_surcharge)
    }

    /// What the buyer pays to send goods back.
    async fn return_fee(&self) -> Money {
        Money::krw(self.0.row.return_fee)
    }

    /// What the buyer pays for an exchange, there and back.
    async fn exchange_fee(&self) -> Money {
        Money::krw(self.0.row.exchange_fee)
    }

    /// Within how many business days after the payment goods are sent; 0 is the same day.
    async fn dispatch_days(&self) -> i32 {
        self.0.row.dispatch_days
    }

    /// Until when a payment counts for the day, in Seoul, as in `14:00`.
    async fn cut_off(&self) -> String {
        self.0.row.cut_off.format("%H:%M").to_string()
    }

    /// Whether products without a policy of their own are sent under it.
    async fn is_default(&self) -> bool {
        self.0.row.is_default
    }
}

/// 묶음배송: goods of one seller under policies of one group are sent together, for one fee.
#[derive(SimpleObject)]
pub(crate) struct BundleGroup {
    /// The group's id, `bdg_…`.
    id: BundleGroupId,
    /// What the seller calls it.
    name: String,
    /// Which of its policies' fees is charged.
    rule: BundleRule,
}

impl From<&BundleGroupRow> for BundleGroup {
    fn from(row: &BundleGroupRow) -> Self {
        Self { id: row.id, name: row.name.clone(), rule: row.rule }
    }
}
