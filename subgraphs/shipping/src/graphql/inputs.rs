//! Filters, and the lists that they make.

use std::sync::Arc;

use async_graphql::{Context, InputObject};
use platform::errors::GraphError;
use platform::paging::{Connection, PageRequest};

use super::shipment::Shipment;
use crate::actions::Shipping;
use crate::model::{OrderId, ShipmentDirection, ShipmentRow, ShipmentState};
use crate::store::{self, ListKey, ShipmentFilter};

/// The parcels that are wanted.
#[derive(Default, InputObject)]
pub(crate) struct ShipmentWhere {
    /// In this state.
    state: Option<ShipmentState>,
    /// That go this way.
    direction: Option<ShipmentDirection>,
    /// With this order's goods.
    order_id: Option<OrderId>,
    /// With this tracking number; hyphens do not matter.
    tracking_number: Option<String>,
    /// Only those that should have been sent by now.
    late: Option<bool>,
}

impl ShipmentWhere {
    pub(crate) fn filter(self) -> ShipmentFilter {
        ShipmentFilter {
            state: self.state,
            direction: self.direction,
            order_id: self.order_id,
            tracking_number: self.tracking_number.map(|number| number.replace(['-', ' '], "")),
            overdue: self.late.unwrap_or(false),
            ..ShipmentFilter::default()
        }
    }
}

/// A connection's four arguments.
pub(crate) type PageArguments = (Option<i32>, Option<String>, Option<i32>, Option<String>);

/// A page of parcels, newest first.
pub(crate) async fn shipments_page(
    ctx: &Context<'_>,
    (first, after, last, before): PageArguments,
    filter: ShipmentFilter,
) -> Result<Connection<Shipment>, GraphError> {
    let page = PageRequest::<ListKey>::new(first, after.as_deref(), last, before.as_deref())?;
    let shipping = ctx.data::<Shipping>().map_err(|error| GraphError::internal(error.message))?;
    let database = shipping.database.clone();
    let rows = store::shipments_page(&mut *database.connection().await?, &filter, &page).await?;
    let count = move || {
        let (database, filter) = (database.clone(), filter.clone());
        Box::pin(async move { Ok(store::shipments_count(&mut *database.connection().await?, &filter).await?) }) as _
    };
    let key = |row: &ShipmentRow| (row.created_at, row.id);
    Ok(Connection::new(page.finish(rows), key, |row| Shipment(Arc::new(row)), count))
}
