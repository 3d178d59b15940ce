//! What is stored of a seller.

mod particulars;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

pub(crate) use particulars::{Particulars, ParticularsRequestId, ParticularsRequestRow, ParticularsRequestState};

use crate::schema::{seller, seller_document, seller_member, seller_state_change};

platform::define_id!(
    /// A seller.
    pub(crate) struct SellerId, "slr"
);

platform::define_id!(
    /// A document that a seller handed in.
    pub(crate) struct DocumentId, "sdc"
);

platform::define_id!(
    /// A file, as the file service names it.
    pub(crate) struct FileId, "fil"
);

platform::define_id!(
    /// A person with an account.
    pub(crate) struct UserId, "usr"
);

platform::text_enum! {
    /// Where a seller stands between its application and its end.
    pub enum SellerState {
        /// The application has arrived.
        Applied = "APPLIED",
        /// Staff asked for documents.
        DocsRequired = "DOCS_REQUIRED",
        /// Staff examine the application and its documents.
        UnderReview = "UNDER_REVIEW",
        /// Accepted; an owner has yet to open the shop.
        Approved = "APPROVED",
        /// Selling.
        Active = "ACTIVE",
        /// Closed for a while by the seller; nothing can be ordered.
        OnHoliday = "ON_HOLIDAY",
        /// Limited by staff: goods already on sale can be ordered, new ones cannot be put on sale.
        Restricted = "RESTRICTED",
        /// Stopped by staff; nothing can be ordered.
        Suspended = "SUSPENDED",
        /// Ended for good.
        Terminated = "TERMINATED",
        /// The application was refused.
        Rejected = "REJECTED",
    }
}

platform::text_enum! {
    /// How a seller is taxed (과세유형).
    pub enum TaxType {
        /// 일반과세자.
        General = "GENERAL",
        /// 간이과세자.
        Simplified = "SIMPLIFIED",
        /// 면세사업자.
        Exempt = "EXEMPT",
    }
}

platform::text_enum! {
    /// What a member may do for the seller.
    pub enum SellerRole {
        /// Everything, and decides who the members are.
        Owner = "OWNER",
        /// The shop: profile, documents, holidays, goods and orders.
        Manager = "MANAGER",
        /// Goods and orders.
        Staff = "STAFF",
    }
}

platform::text_enum! {
    /// What a document proves.
    pub enum SellerDocumentKind {
        /// 사업자등록증.
        BusinessRegistration = "BUSINESS_REGISTRATION",
        /// 통신판매업 신고증.
        MailOrderReport = "MAIL_ORDER_REPORT",
        /// 통장 사본.
        BankBook = "BANK_BOOK",
        /// The representative's identity.
        Identity = "IDENTITY",
    }
}

/// A seller.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = seller)]
pub(crate) struct SellerRow {
    pub(crate) id: SellerId,
    pub(crate) name: String,
    pub(crate) introduction: Option<String>,
    pub(crate) representative_name: String,
    pub(crate) business_number: String,
    pub(crate) mail_order_number: String,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) tax_type: TaxType,
    pub(crate) state: SellerState,
    pub(crate) bank: String,
    pub(crate) bank_account_number: String,
    pub(crate) bank_account_holder: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A person who acts for a seller.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = seller_member)]
pub(crate) struct MemberRow {
    pub(crate) seller_id: SellerId,
    pub(crate) user_id: UserId,
    pub(crate) role: SellerRole,
    pub(crate) joined_at: DateTime<Utc>,
}

/// A change of state that has happened.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = seller_state_change)]
pub(crate) struct StateChangeRow {
    pub(crate) seller_id: SellerId,
    pub(crate) from_state: Option<SellerState>,
    pub(crate) to_state: SellerState,
    pub(crate) reason: Option<String>,
    pub(crate) changed_at: DateTime<Utc>,
}

/// A change of state to record.
#[derive(Insertable)]
#[diesel(table_name = seller_state_change)]
pub(crate) struct NewStateChange<'a> {
    pub(crate) seller_id: SellerId,
    pub(crate) from_state: Option<SellerState>,
    pub(crate) to_state: SellerState,
    pub(crate) reason: Option<&'a str>,
    pub(crate) changed_by: Option<Uuid>,
    pub(crate) changed_at: DateTime<Utc>,
}

/// A document that was handed in.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = seller_document)]
pub(crate) struct DocumentRow {
    pub(crate) id: DocumentId,
    pub(crate) seller_id: SellerId,
    pub(crate) kind: SellerDocumentKind,
    pub(crate) url: String,
    pub(crate) submitted_by: UserId,
    pub(crate) submitted_at: DateTime<Utc>,
    /// The last day on which it holds; nothing when it does not end.
    pub(crate) expires_on: Option<NaiveDate>,
    /// When a later one of its kind was handed in.
    pub(crate) replaced_at: Option<DateTime<Utc>>,
    /// When its coming end, and its end, were told.
    pub(crate) warned_at: Option<DateTime<Utc>>,
    pub(crate) expired_at: Option<DateTime<Utc>>,
    /// The file that it is; none of those that are at a URL of their own.
    pub(crate) file_id: Option<FileId>,
}
