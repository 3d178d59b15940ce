//! What is stored of a person.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::schema::{address, adult_verification, consent, data_view, identity_verification, profile, wishlist_item};

platform::define_id!(
    /// A person with an account.
    pub(crate) struct UserId, "usr"
);

platform::define_id!(
    /// A delivery address.
    pub(crate) struct AddressId, "adr"
);

platform::define_id!(
    /// A verification of who somebody is; the provider knows it by the same name.
    pub(crate) struct IdentityVerificationId, "idv"
);

platform::define_id!(
    /// A product.
    pub(crate) struct ProductId, "prd"
);

platform::define_id!(
    /// A program that asks with an API key.
    pub(crate) struct ApiClientId, "apc"
);

platform::define_id!(
    /// A seller.
    pub(crate) struct SellerId, "slr"
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

platform::text_enum! {
    /// Why the law asks to keep something of a person who left.
    pub enum RetentionBasis {
        /// Contracts, their withdrawal and their payment: five years (전자상거래법 시행령 제6조).
        Contracts = "CONTRACTS",
        /// Complaints and disputes: three years (전자상거래법 시행령 제6조).
        Disputes = "DISPUTES",
    }
}

platform::text_enum! {
    /// Who looks at a person's data.
    #[graphql(name = "DataViewerKind")]
    pub enum ViewerKind {
        /// Staff of the marketplace.
        Staff = "STAFF",
        /// A member of a seller.
        Seller = "SELLER",
        /// A program of a seller.
        SellerProgram = "SELLER_PROGRAM",
    }
}

platform::text_enum! {
    /// Which of a person's data was looked at.
    #[graphql(name = "ViewedData")]
    pub enum Viewed {
        /// Name, e-mail address, phone number, whether an adult.
        Profile = "PROFILE",
        /// Delivery addresses.
        Addresses = "ADDRESSES",
        /// Consents.
        Consents = "CONSENTS",
        /// The wishlist.
        Wishlist = "WISHLIST",
        /// Where an order goes.
        OrderAddress = "ORDER_ADDRESS",
    }
}

/// What identifies a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
}

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct ProfileRow {
    pub(crate) id: UserId,
    /// None when the person left.
    pub(crate) person: Option<Person>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A profile as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = profile)]
pub(crate) struct StoredProfile {
    pub(crate) id: UserId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// A [`Person`]; nothing when the person left.
    pub(crate) sealed: Option<Vec<u8>>,
}

/// A delivery address.
#[derive(Clone, Debug)]
pub(crate) struct AddressRow {
    pub(crate) id: AddressId,
    pub(crate) user_id: UserId,
    pub(crate) text: AddressText,
    pub(crate) is_default: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// An address as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = address)]
pub(crate) struct StoredAddress {
    pub(crate) id: AddressId,
    pub(crate) user_id: UserId,
    pub(crate) is_default: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// An [`AddressText`]; nothing where a release before has written it and this one has not sealed it yet.
    pub(crate) sealed: Option<Vec<u8>>,
}

/// The parts of an address that its owner writes, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        AddressRow { id: AddressId::new(), user_id, text: self, is_default, created_at: at, updated_at: at }
    }
}

/// That somebody has looked at a person's data.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = data_view)]
pub(crate) struct DataViewRow {
    pub(crate) id: Uuid,
    pub(crate) user_id: UserId,
    /// A person, or an API client of the gateway: as the kind says.
    pub(crate) viewer_id: Uuid,
    pub(crate) viewer_kind: ViewerKind,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) what: Viewed,
    pub(crate) reason: Option<String>,
    pub(crate) viewed_at: DateTime<Utc>,
}

impl DataViewRow {
    /// Who has looked, by the identifier of their account or of the program.
    pub(crate) fn viewer(&self) -> String {
        match self.viewer_kind {
            ViewerKind::SellerProgram => ApiClientId(self.viewer_id).to_string(),
            ViewerKind::Staff | ViewerKind::Seller => UserId(self.viewer_id).to_string(),
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

/// A verification that a person has started.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = identity_verification)]
pub(crate) struct IdentityVerificationRow {
    pub(crate) id: IdentityVerificationId,
    pub(crate) user_id: UserId,
    pub(crate) started_at: DateTime<Utc>,
    /// Until when it can be confirmed.
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
}

/// That a person has shown to be an adult.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = adult_verification)]
pub(crate) struct AdultRow {
    pub(crate) user_id: UserId,
    /// By which verification.
    pub(crate) verification_id: IdentityVerificationId,
    /// What tells persons apart, hashed.
    pub(crate) person: String,
    /// The year of birth, sealed for the verification.
    pub(crate) sealed: Vec<u8>,
    pub(crate) verified_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}
