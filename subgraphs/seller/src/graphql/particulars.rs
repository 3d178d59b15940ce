//! Requests to correct a seller's particulars.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;

use super::seller::Seller;
use super::state;
use crate::model::{Particulars, ParticularsRequestId, ParticularsRequestRow, ParticularsRequestState, TaxType};

/// The particulars that the law asks to show; those that a request is not about are null.
#[derive(SimpleObject)]
pub(crate) struct SellerParticulars {
    /// The shop's name.
    name: Option<String>,
    /// 대표자명.
    representative_name: Option<String>,
    /// 통신판매업 신고번호.
    mail_order_number: Option<String>,
    /// 과세유형.
    tax_type: Option<TaxType>,
    /// The business address.
    address: Option<String>,
}

impl From<Particulars> for SellerParticulars {
    fn from(particulars: Particulars) -> Self {
        let Particulars { name, representative_name, mail_order_number, tax_type, address } = particulars;
        Self { name, representative_name, mail_order_number, tax_type, address }
    }
}

/// A request to correct a seller's particulars.
pub(crate) struct SellerParticularsRequest(pub(crate) ParticularsRequestRow);

/// A request of a seller's owner to correct the particulars that the law asks to show. Staff decide; all of it is kept.
#[Object]
impl SellerParticularsRequest {
    /// The request's identifier, `spr_…`.
    async fn id(&self) -> ParticularsRequestId {
        self.0.id
    }

    /// Whose particulars.
    async fn seller(&self, ctx: &Context<'_>) -> async_graphql::Result<Seller> {
        let seller = state(ctx)?.loaders.sellers.load(self.0.seller_id).await?;
        Ok(seller.map(Seller).ok_or_else(|| GraphError::internal("a request's seller is gone"))?)
    }

    /// Where it stands.
    async fn state(&self) -> ParticularsRequestState {
        self.0.state
    }

    /// What is to be so.
    async fn wanted(&self) -> SellerParticulars {
        self.0.wanted().into()
    }

    /// What of it was so before; null until it is approved.
    async fn before(&self) -> Option<SellerParticulars> {
        self.0.before().map(Into::into)
    }

    /// Why, in the seller's words.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When it was made.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.requested_at
    }

    /// When it was decided, or taken back.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Why it was refused.
    async fn decision(&self) -> Option<&str> {
        self.0.decision.as_deref()
    }
}
