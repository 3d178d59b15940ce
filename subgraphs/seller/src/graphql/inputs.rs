//! What mutations and lists are given.

use async_graphql::{InputObject, MaybeUndefined};
use platform::date::Date;

use crate::model::{
    DocumentId, FileId, ParticularsRequestId, SellerDocumentKind, SellerId, SellerRole, SellerState, TaxType, UserId,
};
use crate::store::SellerFilter;

/// Which sellers a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct SellerWhere {
    /// In this state.
    pub(crate) state: Option<SellerState>,
    /// With this text in the name.
    pub(crate) name: Option<String>,
}

impl From<SellerWhere> for SellerFilter {
    fn from(input: SellerWhere) -> Self {
        Self { state: input.state, name: input.name }
    }
}

/// Where the seller is paid.
#[derive(InputObject)]
pub(crate) struct BankAccountInput {
    /// The bank's name.
    pub(crate) bank: String,
    /// The account's number: 8–16 digits, hyphens allowed.
    pub(crate) number: String,
    /// The account's holder (예금주).
    pub(crate) holder: String,
}

/// Another bank account for payouts.
#[derive(InputObject)]
pub(crate) struct ChangeSellerBankAccountInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// Where the seller is paid from now on.
    pub(crate) bank_account: BankAccountInput,
}

/// An application to become a seller.
#[derive(InputObject)]
pub(crate) struct ApplyAsSellerInput {
    /// The shop's name, 1–60 characters.
    pub(crate) name: String,
    /// What the shop says about itself, up to 2,000 characters.
    pub(crate) introduction: Option<String>,
    /// 대표자명.
    pub(crate) representative_name: String,
    /// 사업자등록번호, with or without hyphens; its check digit is verified.
    pub(crate) business_number: String,
    /// 통신판매업 신고번호, as in `2024-서울강남-01234`.
    pub(crate) mail_order_number: String,
    /// The business address, up to 200 characters.
    pub(crate) address: String,
    /// A Korean phone number for customers.
    pub(crate) phone: String,
    /// An e-mail address for customers.
    pub(crate) email: String,
    /// 과세유형.
    pub(crate) tax_type: TaxType,
    /// Where the seller is paid.
    pub(crate) bank_account: BankAccountInput,
}

/// A seller.
#[derive(InputObject)]
pub(crate) struct SellerIdInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
}

/// A seller, and why.
#[derive(InputObject)]
pub(crate) struct SellerReasonInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// Why, up to 500 characters; the seller reads it.
    pub(crate) reason: String,
}

/// A request for documents.
#[derive(InputObject)]
pub(crate) struct RequestSellerDocumentsInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// Which documents, and why, up to 500 characters; the seller reads it.
    pub(crate) reason: String,
}

/// A document to hand in.
#[derive(InputObject)]
pub(crate) struct SellerDocumentInput {
    /// What it proves.
    pub(crate) kind: SellerDocumentKind,
    /// The file: one of the caller's own, uploaded as a SELLER_DOCUMENT for this seller or for none. It stays while it counts.
    pub(crate) file_id: Option<FileId>,
    /// Where it is, in place of a file: an `https://` URL.
    #[graphql(deprecation = "Upload the document and give its fileId. This way ends two minor releases from now.")]
    pub(crate) url: Option<String>,
    /// The last day on which it holds, in Korea; today or later. Left out: it does not end.
    pub(crate) expires_on: Option<Date>,
}

/// Documents in place of earlier ones of their kinds.
#[derive(InputObject)]
pub(crate) struct RenewSellerDocumentsInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// 1–20 documents.
    pub(crate) documents: Vec<SellerDocumentInput>,
}

/// Until when a document holds.
#[derive(InputObject)]
pub(crate) struct SetSellerDocumentExpiryInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// The document, `sdc_…`, which no later one has replaced.
    pub(crate) document_id: DocumentId,
    /// The last day on which it holds, in Korea; null: it does not end.
    pub(crate) expires_on: Option<Date>,
    /// Why, up to 500 characters.
    pub(crate) reason: String,
}

/// Documents to hand in.
#[derive(InputObject)]
pub(crate) struct SubmitSellerDocumentsInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// 1–20 documents.
    pub(crate) documents: Vec<SellerDocumentInput>,
}

/// Changes of a shop's profile; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct UpdateSellerProfileInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// What the shop says about itself; null or empty removes it.
    pub(crate) introduction: MaybeUndefined<String>,
    /// A Korean phone number for customers.
    pub(crate) phone: Option<String>,
    /// An e-mail address for customers.
    pub(crate) email: Option<String>,
    /// The business address.
    pub(crate) address: Option<String>,
}

/// A new member.
#[derive(InputObject)]
pub(crate) struct InviteSellerMemberInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// The person.
    pub(crate) user_id: UserId,
    /// What the person may do.
    pub(crate) role: SellerRole,
}

/// A member to remove.
#[derive(InputObject)]
pub(crate) struct RemoveSellerMemberInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// The person; oneself to leave.
    pub(crate) user_id: UserId,
}

/// A request to correct particulars; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct RequestSellerParticularsInput {
    /// The seller.
    pub(crate) seller_id: SellerId,
    /// The shop's name, 1–60 characters.
    pub(crate) name: Option<String>,
    /// 대표자명.
    pub(crate) representative_name: Option<String>,
    /// 통신판매업 신고번호, as in `2024-서울강남-01234`.
    pub(crate) mail_order_number: Option<String>,
    /// 과세유형.
    pub(crate) tax_type: Option<TaxType>,
    /// The business address, up to 200 characters.
    pub(crate) address: Option<String>,
    /// Why, up to 500 characters; staff read it.
    pub(crate) reason: String,
}

/// A request to correct particulars.
#[derive(InputObject)]
pub(crate) struct SellerParticularsRequestIdInput {
    /// The request, `spr_…`.
    pub(crate) request_id: ParticularsRequestId,
}

/// A request to correct particulars, and why it is refused.
#[derive(InputObject)]
pub(crate) struct RejectSellerParticularsInput {
    /// The request, `spr_…`.
    pub(crate) request_id: ParticularsRequestId,
    /// Why, up to 500 characters; the seller reads it.
    pub(crate) reason: String,
}
