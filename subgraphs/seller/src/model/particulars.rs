//! The particulars that the law asks to show, and requests to correct them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SellerId, SellerRow, TaxType, UserId};
use crate::schema::seller_particulars_request;

platform::define_id!(
    /// A request to correct a seller's particulars.
    pub(crate) struct ParticularsRequestId, "spr"
);

platform::text_enum! {
    /// Where a request to correct a seller's particulars stands.
    #[graphql(name = "SellerParticularsRequestState")]
    pub enum ParticularsRequestState {
        /// Staff have not decided.
        Open = "OPEN",
        /// It is so now.
        Approved = "APPROVED",
        /// Staff refused it.
        Rejected = "REJECTED",
        /// The seller took it back.
        Withdrawn = "WITHDRAWN",
    }
}

/// Particulars, or those of them that a request is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Particulars {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) representative_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mail_order_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tax_type: Option<TaxType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
}

impl Particulars {
    /// All of a seller's.
    pub(crate) fn of(seller: &SellerRow) -> Self {
        Self {
            name: Some(seller.name.clone()),
            representative_name: Some(seller.representative_name.clone()),
            mail_order_number: Some(seller.mail_order_number.clone()),
            tax_type: Some(seller.tax_type),
            address: Some(seller.address.clone()),
        }
    }

    /// Those that `chosen` has as well.
    pub(crate) fn only(self, chosen: &Self) -> Self {
        Self {
            name: self.name.filter(|_| chosen.name.is_some()),
            representative_name: self.representative_name.filter(|_| chosen.representative_name.is_some()),
            mail_order_number: self.mail_order_number.filter(|_| chosen.mail_order_number.is_some()),
            tax_type: self.tax_type.filter(|_| chosen.tax_type.is_some()),
            address: self.address.filter(|_| chosen.address.is_some()),
        }
    }

    /// Those that are not so already.
    pub(crate) fn other_than(self, present: &Self) -> Self {
        Self {
            name: self.name.filter(|name| present.name.as_ref() != Some(name)),
            representative_name: self
                .representative_name
                .filter(|name| present.representative_name.as_ref() != Some(name)),
            mail_order_number: self
                .mail_order_number
                .filter(|number| present.mail_order_number.as_ref() != Some(number)),
            tax_type: self.tax_type.filter(|tax_type| present.tax_type != Some(*tax_type)),
            address: self.address.filter(|address| present.address.as_ref() != Some(address)),
        }
    }

    /// The names of the fields that are there.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name.is_some()),
            ("representativeName", self.representative_name.is_some()),
            ("mailOrderNumber", self.mail_order_number.is_some()),
            ("taxType", self.tax_type.is_some()),
            ("address", self.address.is_some()),
        ];
        fields.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    }

    /// As it is stored.
    pub(crate) fn stored(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn read(stored: &Value) -> Self {
        Self::deserialize(stored).unwrap_or_default()
    }
}

/// A request to correct a seller's particulars.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = seller_particulars_request)]
pub(crate) struct ParticularsRequestRow {
    pub(crate) id: ParticularsRequestId,
    pub(crate) seller_id: SellerId,
    pub(crate) state: ParticularsRequestState,
    pub(crate) wanted: Value,
    pub(crate) before: Option<Value>,
    pub(crate) reason: String,
    pub(crate) requested_by: UserId,
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) decided_by: Option<UserId>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) decision: Option<String>,
}

impl ParticularsRequestRow {
    /// A request of now.
    pub(crate) fn new(seller_id: SellerId, wanted: &Particulars, reason: String, by: UserId) -> Self {
        Self {
            id: ParticularsRequestId::new(),
            seller_id,
            state: ParticularsRequestState::Open,
            wanted: wanted.stored(),
            before: None,
            reason,
            requested_by: by,
            requested_at: Utc::now(),
            decided_by: None,
            decided_at: None,
            decision: None,
        }
    }

    /// What is to be so.
    pub(crate) fn wanted(&self) -> Particulars {
        Particulars::read(&self.wanted)
    }

    /// What of it was so before; nothing until it is approved.
    pub(crate) fn before(&self) -> Option<Particulars> {
        self.before.as_ref().map(Particulars::read)
    }
}
