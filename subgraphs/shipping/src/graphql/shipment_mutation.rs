//! What sellers do with parcels.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};

use super::invoices::{InvoiceRowInput, RegisterInvoicesPayload};
use super::shipment::Shipment;
use crate::actions::{
    Failure, Invoice, InvoiceRow, Shipping, change_invoice, read_csv, register_invoice, register_invoices,
    split_shipment,
};
use crate::error::UserErrorCode;
use crate::model::{Carrier, LineId, ShipmentId, ShipmentRow};

/// A parcel's tracking number.
#[derive(InputObject)]
pub(crate) struct InvoiceInput {
    /// The shipment.
    shipment_id: ShipmentId,
    /// By whom it travels.
    carrier: Carrier,
    /// The carrier's number of it; hyphens and spaces do not matter.
    tracking_number: String,
}

/// Rows to register.
#[derive(InputObject)]
pub(crate) struct RegisterInvoicesInput {
    /// The rows, at most 1,000.
    rows: Vec<InvoiceRowInput>,
    /// Whether to find out only what would become of them.
    #[graphql(default = false)]
    dry_run: bool,
}

/// A file to register.
#[derive(InputObject)]
pub(crate) struct RegisterInvoicesCsvInput {
    /// The text of a CSV file with the columns shipmentId, carrier and trackingNumber (or 배송번호, 택배사 and 운송장번호); at most
    /// 1,000 rows.
    csv: String,
    /// Whether to find out only what would become of it.
    #[graphql(default = false)]
    dry_run: bool,
}

/// Which lines become a parcel of their own.
#[derive(InputObject)]
pub(crate) struct SplitShipmentInput {
    /// The shipment.
    shipment_id: ShipmentId,
    /// Some of its lines, not all.
    line_ids: Vec<LineId>,
}

/// The parcel as it is now.
#[derive(SimpleObject)]
pub(crate) struct ShipmentPayload {
    /// The parcel.
    shipment: Option<Shipment>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

impl ShipmentPayload {
    fn of(outcome: Result<ShipmentRow, Failure>) -> async_graphql::Result<Self> {
        Ok(match outcome {
            Ok(row) => Self { shipment: Some(Shipment(Arc::new(row))), user_errors: Vec::new() },
            Err(failure) => Self { shipment: None, user_errors: failure.into_refusals()? },
        })
    }
}

/// Both parcels.
#[derive(SimpleObject)]
pub(crate) struct SplitShipmentPayload {
    /// The parcel that was split, then the new one.
    shipments: Vec<Shipment>,
    /// Why it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

#[derive(Default)]
pub(crate) struct ShipmentMutation;

#[Object]
impl ShipmentMutation {
    /// Registers a parcel's tracking number: it is READY no more.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn register_invoice(&self, ctx: &Context<'_>, input: InvoiceInput) -> async_graphql::Result<ShipmentPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move {
            let invoice = Invoice::read(input.carrier, &input.tracking_number, context.language)?;
            register_invoice(&shipping, input.shipment_id, &invoice, &context).await
        };
        ShipmentPayload::of(run_to_end(action).await)
    }

    /// Corrects a parcel's tracking number while the carrier has not taken it.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn change_invoice(&self, ctx: &Context<'_>, input: InvoiceInput) -> async_graphql::Result<ShipmentPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move {
            let invoice = Invoice::read(input.carrier, &input.tracking_number, context.language)?;
            change_invoice(&shipping, input.shipment_id, &invoice, &context).await
        };
        ShipmentPayload::of(run_to_end(action).await)
    }

    /// Registers many tracking numbers, each row by itself. To repeat it registers nothing twice.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn register_invoices(
        &self,
        ctx: &Context<'_>,
        input: RegisterInvoicesInput,
    ) -> async_graphql::Result<RegisterInvoicesPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let rows = input.rows.into_iter().map(InvoiceRow::from).collect();
        let action = async move { register_invoices(&shipping, rows, input.dry_run, &context).await };
        RegisterInvoicesPayload::of(input.dry_run, run_to_end(action).await)
    }

    /// Registers the tracking numbers of a CSV file, each row by itself.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn register_invoices_csv(
        &self,
        ctx: &Context<'_>,
        input: RegisterInvoicesCsvInput,
    ) -> async_graphql::Result<RegisterInvoicesPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move {
            let rows = read_csv(&input.csv, &context)?;
            register_invoices(&shipping, rows, input.dry_run, &context).await
        };
        RegisterInvoicesPayload::of(input.dry_run, run_to_end(action).await)
    }

    /// Moves some of a READY parcel's lines into a parcel of their own.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn split_shipment(
        &self,
        ctx: &Context<'_>,
        input: SplitShipmentInput,
    ) -> async_graphql::Result<SplitShipmentPayload> {
        let (shipping, context) = (ctx.data::<Shipping>()?.clone(), audit::command(ctx));
        let action = async move { split_shipment(&shipping, input.shipment_id, input.line_ids, &context).await };
        Ok(match run_to_end(action).await {
            Ok(rows) => SplitShipmentPayload {
                shipments: rows.into_iter().map(Arc::new).map(Shipment).collect(),
                user_errors: Vec::new(),
            },
            Err(failure) => SplitShipmentPayload { shipments: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }
}
