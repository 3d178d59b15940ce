//! A closed statement, and what this service adds to a seller.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::date::Date;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, request_context};
use platform::money::Money;
use platform::paging::{Connection, PageRequest};

use super::payout::Payout;
use super::{desk, require_insider};
use crate::loaders::Loaders;
use crate::model::{
    ItemId, Particulars, SellerId, SettlementCadence, SettlementId, SettlementItemKind, SettlementRow, StatementLineRow,
};
use crate::statement::csv_of;
use crate::store::{self, ListKey};

/// A shop on the marketplace.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Seller {
    /// The seller's identifier, `slr_…`.
    pub(crate) id: SellerId,
}

#[ComplexObject]
impl Seller {
    /// The seller's closed statements, the newest first. For its members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffSettlements, Scope::Service])"
    )]
    async fn settlements(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Settlement>> {
        require_insider(ctx, self.id)?;
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        settlements(ctx, Some(self.id), page).await
    }
}

/// A page of closed statements, of a seller or of all.
pub(super) async fn settlements(
    ctx: &Context<'_>,
    seller: Option<SellerId>,
    page: PageRequest<ListKey>,
) -> async_graphql::Result<Connection<Settlement>> {
    let database = desk(ctx)?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::settlements_page(&mut connection, seller, &page).await.map_err(GraphError::from)?
    };
    let count = move || {
        let database = database.clone();
        Box::pin(async move { Ok(store::settlements_count(&mut *database.connection().await?, seller).await?) }) as _
    };
    Ok(Connection::new(page.finish(rows), |row: &SettlementRow| (row.closed_at, row.id.0), Settlement, count))
}

/// A closed statement.
pub(crate) struct Settlement(pub(crate) SettlementRow);

/// A closed statement of a seller. It never changes; what is wrong is put right on a later one.
#[Object]
impl Settlement {
    /// The statement's id, `stm_…`.
    async fn id(&self) -> SettlementId {
        self.0.id
    }

    /// Whose it is.
    async fn seller(&self) -> Seller {
        Seller { id: self.0.seller_id }
    }

    /// The cadence of the run that closed it; null when staff closed it out of turn.
    async fn cadence(&self) -> Option<SettlementCadence> {
        self.0.cadence
    }

    /// The first day of its period, in Korea.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// The last day of its period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// The day on which it is paid: a business day after the period.
    async fn payable_on(&self) -> Date {
        Date(self.0.payable_on)
    }

    /// How many lines it has.
    async fn item_count(&self) -> i32 {
        self.0.item_count
    }

    /// The sum of the lines' prices.
    async fn gross(&self) -> Money {
        Money::krw(self.0.gross)
    }

    /// The sum of the discounts that the seller bears.
    async fn seller_discount(&self) -> Money {
        Money::krw(self.0.seller_discount)
    }

    /// The sum of the discounts that the marketplace bears.
    async fn platform_discount(&self) -> Money {
        Money::krw(self.0.platform_discount)
    }

    /// The sum of the commissions.
    async fn commission(&self) -> Money {
        Money::krw(self.0.commission)
    }

    /// The sum of the VAT on commissions.
    async fn commission_vat(&self) -> Money {
        Money::krw(self.0.commission_vat)
    }

    /// What the seller gets. Zero or less pays nothing out; a debt is carried over to the next statement.
    async fn net(&self) -> Money {
        Money::krw(self.0.net)
    }

    /// When it was closed.
    async fn closed_at(&self) -> DateTime<Utc> {
        self.0.closed_at
    }

    /// Its lines, as they were when it was closed.
    async fn lines(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<StatementLine>> {
        let page = PageRequest::<ItemId>::new(first, after.as_deref(), None, None)?;
        let (database, id, count) = (desk(ctx)?.database.clone(), self.0.id, i64::from(self.0.item_count));
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        let rows = store::statement_lines(&mut connection, id, page.from, page.rows_to_read()).await;
        let rows = rows.map_err(GraphError::from)?;
        let count = move || Box::pin(async move { Ok(count) }) as _;
        Ok(Connection::new(page.finish(rows), |row: &StatementLineRow| row.item_id, StatementLine, count))
    }

    /// The whole statement as CSV: UTF-8 with a byte order mark, texts safe from being taken as formulas. In the
    /// language of the request.
    async fn csv(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let lines = {
            let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
            store::statement_lines(&mut connection, self.0.id, None, i64::from(self.0.item_count)).await
        };
        let lines = lines.map_err(GraphError::from)?;
        Ok(csv_of(&self.0, &lines, request_context(ctx).language).map_err(GraphError::internal)?)
    }

    /// What the marketplace's tax invoice (세금계산서) for the commissions of this statement says.
    async fn tax_invoice(&self, ctx: &Context<'_>) -> async_graphql::Result<TaxInvoice> {
        let settings = &desk(ctx)?.settings;
        let recipient: Particulars = serde_json::from_value(self.0.recipient.clone()).map_err(GraphError::internal)?;
        Ok(TaxInvoice {
            written_on: Date(self.0.period_end),
            supplier: TaxInvoiceParty {
                business_number: settings.business_number.clone(),
                name: settings.business_name.clone(),
                representative_name: settings.business_representative.clone(),
                address: None,
                email: None,
            },
            recipient: TaxInvoiceParty {
                business_number: recipient.business_number,
                name: recipient.name,
                representative_name: recipient.representative_name,
                address: Some(recipient.address),
                email: Some(recipient.email),
            },
            item: "판매 수수료".to_owned(),
            supply_amount: Money::krw(self.0.commission),
            vat: Money::krw(self.0.commission_vat),
            total: Money::krw(self.0.commission + self.0.commission_vat),
        })
    }

    /// Its payout; null when none is requested.
    async fn payout(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Payout>> {
        Ok(ctx.data::<Loaders>()?.payouts_of.load(self.0.id).await?.map(Payout))
    }
}

/// A line of a closed statement.
pub(crate) struct StatementLine(StatementLineRow);

/// A line of a closed statement.
#[Object]
impl StatementLine {
    /// The item that it froze, `sti_…`.
    async fn item_id(&self) -> ItemId {
        self.0.item_id
    }

    /// What it is for.
    async fn kind(&self) -> SettlementItemKind {
        self.0.kind
    }

    /// The order's number.
    async fn order_number(&self) -> Option<&str> {
        self.0.order_number.as_deref()
    }

    /// What was sold.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How many pieces.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The commission in basis points.
    async fn rate(&self) -> i32 {
        self.0.rate
    }

    /// The price.
    async fn gross(&self) -> Money {
        Money::krw(self.0.gross)
    }

    /// What of the discount the seller bears.
    async fn seller_discount(&self) -> Money {
        Money::krw(self.0.seller_discount)
    }

    /// The commission.
    async fn commission(&self) -> Money {
        Money::krw(self.0.commission)
    }

    /// VAT on the commission.
    async fn commission_vat(&self) -> Money {
        Money::krw(self.0.commission_vat)
    }

    /// What the seller gets.
    async fn net(&self) -> Money {
        Money::krw(self.0.net)
    }

    /// Whether the goods that it is for are tax-free (면세). The commission on them is taxed all the same.
    async fn tax_free(&self) -> bool {
        self.0.tax_free
    }

    /// When the order was paid, or what it is for happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }
}

/// What a tax invoice (세금계산서) says. Of a statement that takes commissions back, amounts are negative (수정세금계산서).
#[derive(SimpleObject)]
pub(crate) struct TaxInvoice {
    /// The day that it is of (작성일자).
    written_on: Date,
    /// Who supplies (공급자).
    supplier: TaxInvoiceParty,
    /// Who is supplied (공급받는자), as it was when the statement was closed.
    recipient: TaxInvoiceParty,
    /// What for (품목).
    item: String,
    /// 공급가액.
    supply_amount: Money,
    /// 세액.
    vat: Money,
    /// Both together.
    total: Money,
}

/// A party of a tax invoice.
#[derive(SimpleObject)]
pub(crate) struct TaxInvoiceParty {
    /// 사업자등록번호.
    business_number: String,
    /// 상호.
    name: String,
    /// 성명.
    representative_name: String,
    /// 사업장 주소.
    address: Option<String>,
    /// Where the invoice is sent.
    email: Option<String>,
}
