//! What this service tells.

use chrono::{DateTime, NaiveDate, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{FileId, Particulars, SellerDocumentKind, SellerId, SellerRow, SellerState, UserId};
use crate::rules;

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<SellerApplied<'static>>(),
    FactDoc::of::<BankAccountChanged>(),
    FactDoc::of::<SellerStateChanged<'static>>(),
    FactDoc::of::<SellerDocumentsHandedIn>(),
    FactDoc::of::<SellerParticularsChanged<'static>>(),
    FactDoc::of::<SellerDocumentExpiring<'static>>(),
    FactDoc::of::<SellerDocumentExpired<'static>>(),
];

/// Somebody applied to become a seller.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerApplied<'a> {
    pub(crate) seller_id: SellerId,
    pub(crate) name: &'a str,
    pub(crate) owner_id: UserId,
}

impl Fact for SellerApplied<'_> {
    const KIND: &'static str = "seller.applied";

    fn aggregate(&self) -> String {
        self.seller_id.to_string()
    }
}

/// The bank account that a seller's payouts go to changed. The account itself is not told.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BankAccountChanged {
    pub(crate) seller_id: SellerId,
    pub(crate) changed_by: UserId,
    pub(crate) changed_at: DateTime<Utc>,
}

impl Fact for BankAccountChanged {
    const KIND: &'static str = "seller.bank_account_changed";

    fn aggregate(&self) -> String {
        self.seller_id.to_string()
    }
}

/// A seller's state changed. `can_sell` tells whether its goods can be ordered from now on.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerStateChanged<'a> {
    seller_id: SellerId,
    name: &'a str,
    from: SellerState,
    to: SellerState,
    can_sell: bool,
}

impl<'a> SellerStateChanged<'a> {
    /// The seller has come from `from` into the state that its row says.
    pub(crate) fn of(seller: &'a SellerRow, from: SellerState) -> Self {
        Self {
            seller_id: seller.id,
            name: &seller.name,
            from,
            to: seller.state,
            can_sell: rules::can_sell(seller.state),
        }
    }
}

impl Fact for SellerStateChanged<'_> {
    const KIND: &'static str = "seller.state_changed";

    fn aggregate(&self) -> String {
        self.seller_id.to_string()
    }
}

/// Files were handed in as a seller's documents. They stay while they count.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerDocumentsHandedIn {
    pub(crate) seller_id: SellerId,
    /// Who uploaded the files.
    pub(crate) owner_id: UserId,
    pub(crate) file_ids: Vec<FileId>,
    /// Files that were documents, and are not any more.
    pub(crate) released_file_ids: Vec<FileId>,
}

impl Fact for SellerDocumentsHandedIn {
    const KIND: &'static str = "seller.documents_handed_in";

    fn aggregate(&self) -> String {
        self.seller_id.to_string()
    }
}

/// The particulars of a seller that the law asks to show were corrected. Whoever keeps some of them reads them anew.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerParticularsChanged<'a> {
    seller_id: SellerId,
    name: &'a str,
    /// Which of name, representativeName, mailOrderNumber, taxType and address.
    fields: Vec<&'static str>,
}

impl<'a> SellerParticularsChanged<'a> {
    /// The seller has its row's particulars, of which `wanted` are new.
    pub(crate) fn of(seller: &'a SellerRow, wanted: &Particulars) -> Self {
        Self { seller_id: seller.id, name: &seller.name, fields: wanted.fields() }
    }
}

impl Fact for SellerParticularsChanged<'_> {
    const KIND: &'static str = "seller.particulars_changed";

    fn aggregate(&self) -> String {
        self.seller_id.to_string()
    }
}

macro_rules! document_facts {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(JsonSchema, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $name<'a> {
            seller_id: SellerId,
            name: &'a str,
            document_kind: SellerDocumentKind,
            /// The last day on which it holds, in Korea.
            expires_on: NaiveDate,
        }

        impl<'a> $name<'a> {
            /// The fact of a seller's document.
            pub(crate) fn of(seller: &'a SellerRow, document_kind: SellerDocumentKind, expires_on: NaiveDate) -> Self {
                Self { seller_id: seller.id, name: &seller.name, document_kind, expires_on }
            }
        }

        impl Fact for $name<'_> {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.seller_id.to_string()
            }
        }
    )*};
}

document_facts! {
    /// A document of a seller ends soon.
    SellerDocumentExpiring, "seller.document_expiring";
    /// A document of a seller has ended. A seller who was ACTIVE is RESTRICTED by it, which `seller.state_changed` tells.
    SellerDocumentExpired, "seller.document_expired";
}
