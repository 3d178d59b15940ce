//! `Seller`.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::business_days::day_in_seoul;
use platform::date::Date;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, request_context};

use super::member::SellerMember;
use super::particulars::SellerParticularsRequest;
use super::state;
use crate::actions::record_look;
use crate::model::{DocumentId, FileId, SellerDocumentKind, SellerId, SellerRole, SellerRow, SellerState, TaxType};
use crate::rules;

/// A shop on the marketplace. Its legal particulars are public: the law asks for them wherever its goods are shown.
pub(crate) struct Seller(pub(crate) Arc<SellerRow>);

impl Seller {
    /// Private fields are for the seller's members, for staff and for our own services.
    fn require_insider(&self, ctx: &Context<'_>) -> Result<(), GraphError> {
        let context = request_context(ctx);
        let principal = &context.principal;
        let inside = principal.has_scope(Scope::StaffSellers)
            || principal.has_scope(Scope::Service)
            || principal.acts_for(self.0.id.0);
        if inside { Ok(()) } else { Err(GraphError::forbidden(context.language)) }
    }

    /// Whether the one who asks is staff, one of our services, or a member in one of the roles as the database knows them.
    /// Refuses everybody who is no member.
    async fn may_see(&self, ctx: &Context<'_>, roles: &[SellerRole]) -> async_graphql::Result<bool> {
        self.require_insider(ctx)?;
        let principal = &request_context(ctx).principal;
        if principal.has_scope(Scope::StaffSellers) || principal.has_scope(Scope::Service) {
            return Ok(true);
        }
        let members = state(ctx)?.loaders.members.load(self.0.id).await?;
        let mut own = members.iter().flat_map(|rows| rows.iter());
        Ok(own.any(|row| principal.user_id == Some(row.user_id.0) && roles.contains(&row.role)))
    }
}

/// A shop on the marketplace. Its legal particulars are public: the law asks for them wherever its goods are shown.
#[Object]
impl Seller {
    /// The seller's identifier, `slr_…`.
    async fn id(&self) -> SellerId {
        self.0.id
    }

    /// The shop's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What the shop says about itself.
    async fn introduction(&self) -> Option<&str> {
        self.0.introduction.as_deref()
    }

    /// 대표자명.
    async fn representative_name(&self) -> &str {
        &self.0.representative_name
    }

    /// 사업자등록번호, as in `123-45-67890`.
    async fn business_number(&self) -> String {
        rules::written_business_number(&self.0.business_number)
    }

    /// 통신판매업 신고번호, as in `2024-서울강남-01234`.
    async fn mail_order_number(&self) -> &str {
        &self.0.mail_order_number
    }

    /// The business address.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// The phone number for customers.
    async fn phone(&self) -> &str {
        &self.0.phone
    }

    /// The e-mail address for customers.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// 과세유형.
    async fn tax_type(&self) -> TaxType {
        self.0.tax_type
    }

    /// Where the seller stands.
    async fn state(&self) -> SellerState {
        self.0.state
    }

    /// Whether the goods that the seller has on sale can be ordered now: in `ACTIVE`, and in `RESTRICTED`, where it only
    /// may not put new goods on sale.
    async fn can_sell(&self) -> bool {
        rules::can_sell(self.0.state)
    }

    /// When the seller applied.
    async fn joined_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Where the seller is paid. For its owners and staff; null for other members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:sellers",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSellers, Scope::Service])"
    )]
    async fn bank_account(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<BankAccount>> {
        if !self.may_see(ctx, &[SellerRole::Owner]).await? {
            return Ok(None);
        }
        Ok(Some(BankAccount {
            bank: self.0.bank.clone(),
            number: self.0.bank_account_number.clone(),
            holder: self.0.bank_account_holder.clone(),
        }))
    }

    /// Who acts for the seller, the longest-standing first. For its members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:sellers",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSellers, Scope::Service])"
    )]
    async fn members(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SellerMember>> {
        self.require_insider(ctx)?;
        let members = state(ctx)?.loaders.members.load(self.0.id).await?;
        Ok(members.iter().flat_map(|rows| rows.iter()).cloned().map(SellerMember).collect())
    }

    /// Requests to correct the particulars, the newest first. For its owners, managers and staff; empty for other members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:sellers",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSellers, Scope::Service])"
    )]
    async fn particulars_requests(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SellerParticularsRequest>> {
        if !self.may_see(ctx, rules::MANAGING).await? {
            return Ok(Vec::new());
        }
        let requests = state(ctx)?.loaders.particulars_requests.load(self.0.id).await?;
        Ok(requests.iter().flat_map(|rows| rows.iter()).cloned().map(SellerParticularsRequest).collect())
    }

    /// Every change of state, the oldest first. For its members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:sellers",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSellers, Scope::Service])"
    )]
    async fn state_history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SellerStateChange>> {
        self.require_insider(ctx)?;
        let changes = state(ctx)?.loaders.state_changes.load(self.0.id).await?;
        let changes = changes.iter().flat_map(|rows| rows.iter()).map(|row| SellerStateChange {
            from: row.from_state,
            to: row.to_state,
            reason: row.reason.clone(),
            changed_at: row.changed_at,
        });
        Ok(changes.collect())
    }

    /// The documents that were handed in, the oldest first. For its owners, managers and staff; empty for other members.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:sellers",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSellers, Scope::Service])"
    )]
    async fn documents(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<SellerDocument>> {
        if !self.may_see(ctx, rules::MANAGING).await? {
            return Ok(Vec::new());
        }
        let documents = state(ctx)?.loaders.documents.load(self.0.id).await?;
        let today = day_in_seoul(Utc::now());
        let documents = documents.iter().flat_map(|rows| rows.iter()).map(|row| SellerDocument {
            seller_id: row.seller_id,
            id: row.id,
            expires_on: row.expires_on.map(Date),
            expired: row.expires_on.is_some_and(|day| day < today),
            replaced_at: row.replaced_at,
            kind: row.kind,
            address: row.url.clone(),
            file: row.file_id.map(|id| File { id }),
            submitted_at: row.submitted_at,
        });
        Ok(documents.collect())
    }
}

/// A bank account.
#[derive(SimpleObject)]
pub(crate) struct BankAccount {
    /// The bank's name.
    bank: String,
    /// The account's number.
    number: String,
    /// The account's holder (예금주).
    holder: String,
}

/// A change of a seller's state.
#[derive(SimpleObject)]
pub(crate) struct SellerStateChange {
    /// The state before; null for the application.
    from: Option<SellerState>,
    /// The state after.
    to: SellerState,
    /// Why, where a reason was asked for.
    reason: Option<String>,
    /// When.
    changed_at: DateTime<Utc>,
}

/// A document that a seller handed in.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct SellerDocument {
    #[graphql(skip)]
    seller_id: SellerId,
    #[graphql(skip)]
    address: String,
    /// The document's identifier, `sdc_…`.
    id: DocumentId,
    /// The last day on which it holds, in Korea; null when it does not end.
    expires_on: Option<Date>,
    /// Whether it has ended. A seller with such a document that no later one has replaced is told, and `RESTRICTED`.
    expired: bool,
    /// When a later one of its kind was handed in; null while it counts.
    replaced_at: Option<DateTime<Utc>>,
    /// What it proves.
    kind: SellerDocumentKind,
    /// The file; null of documents from before they were files.
    file: Option<File>,
    /// When it was handed in.
    submitted_at: DateTime<Utc>,
}

#[ComplexObject]
impl SellerDocument {
    /// Where it is, as it was handed in. Of a file, a path that those open who may see it; `file` has an address that is good
    /// for a short time. Where it is no file, it is in the audit log that staff were given the address.
    async fn url(&self, ctx: &Context<'_>) -> async_graphql::Result<&str> {
        if self.file.is_none() {
            record_look(state(ctx)?, request_context(ctx), self.seller_id, self.id).await?;
        }
        Ok(&self.address)
    }
}

/// Something that was uploaded.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct File {
    /// The file's id.
    id: FileId,
}
