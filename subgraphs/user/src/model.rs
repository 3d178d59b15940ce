//! What is stored of a person.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{address, consent, profile, wishlist_item};

platform::define_id!(
    /// A person with an account.
    pub(crate) struct UserId, "usr"
);

platform::define_id!(
    /// A delivery address.
    pub(crate) struct AddressId, "adr"
);

platform::define_id!(
    /// A product.
    pub(crate) struct ProductId, "prd"
);

platform::text_enum! {
    /// What a person agrees to.
    pub enum ConsentPurpose {
        /// 이용약관; required.
        Terms = "TERMS",
        /// 개인정보 수집·이용; required.
        Privacy = "PRIVACY",
        /// 만 14세 이상; required.
        AgeOver14 = "AGE_OVER_14",
        /// Advertising by e-mail; optional.
        MarketingEmail = "MARKETING_EMAIL",
        /// Advertising by SMS; optional.
        MarketingSms = "MARKETING_SMS",
    }
}

/// A person.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = profile)]
pub(crate) struct ProfileRow {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A delivery address.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = address)]
pub(crate) struct AddressRow {
    pub(crate) id: AddressId,
    pub(crate) user_id: UserId,
    pub(crate) label: Option<String>,
    pub(crate) recipient: String,
    pub(crate) phone: String,
    pub(crate) zonecode: String,
    pub(crate) road_address: String,
    pub(crate) jibun_address: Option<String>,
    pub(crate) building_name: Option<String>,
    pub(crate) bcode: Option<String>,
    pub(crate) detail: String,
    pub(crate) entrance_note: Option<String>,
    pub(crate) is_default: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// The parts of an address that its owner writes, checked.
#[derive(Clone, Debug, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = address, treat_none_as_null = true)]
pub(crate) struct AddressText {
    pub(crate) label: Option<String>,
    pub(crate) recipient: String,
    pub(crate) phone: String,
    pub(crate) zonecode: String,
    pub(crate) road_address: String,
    pub(crate) jibun_address: Option<String>,
    pub(crate) building_name: Option<String>,
    pub(crate) bcode: Option<String>,
    pub(crate) detail: String,
    pub(crate) entrance_note: Option<String>,
}

impl AddressText {
    /// The row of a new address.
    pub(crate) fn into_row(self, user_id: UserId, is_default: bool, at: DateTime<Utc>) -> AddressRow {
        AddressRow {
            id: AddressId::new(),
            user_id,
            label: self.label,
            recipient: self.recipient,
            phone: self.phone,
            zonecode: self.zonecode,
            road_address: self.road_address,
            jibun_address: self.jibun_address,
            building_name: self.building_name,
            bcode: self.bcode,
            detail: self.detail,
            entrance_note: self.entrance_note,
            is_default,
            created_at: at,
            updated_at: at,
        }
    }
}

/// An answer to a question for consent.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = consent)]
pub(crate) struct ConsentRow {
    pub(crate) user_id: UserId,
    pub(crate) purpose: ConsentPurpose,
    pub(crate) version: String,
    pub(crate) granted: bool,
    pub(crate) recorded_at: DateTime<Utc>,
}

/// A product that a person wants to remember.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = wishlist_item)]
pub(crate) struct WishRow {
    pub(crate) user_id: UserId,
    pub(crate) product_id: ProductId,
    pub(crate) added_at: DateTime<Utc>,
}
