//! The seller sends other goods. The stock is asked outside of any transaction: what is to be sent stands in the claim
//! with a lease, and whoever dies leaves it to the recovery job. The inventory takes the goods out once for each claim.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::errors::GraphError;
use platform::fault;
use platform::graph::RequestContext;

use super::case::Case;
use crate::actions::Orders;
use crate::clients::{ExchangeStock, exchange_stock};
use crate::error::{ErrorCode, Failure};
use crate::model::{ClaimId, ClaimParty, ClaimRemedy, ClaimRow};
use crate::rules::claims::ClaimCommand;
use crate::store::claims::{self, ClaimChange};

/// Takes the other goods out of the stock and sends them.
pub(crate) async fn reship_claim(
    orders: &Orders,
    id: ClaimId,
    carrier: Option<String>,
    tracking_number: Option<String>,
    context: &RequestContext,
) -> Result<ClaimRow, Failure> {
    let not_found = || Failure::from(ErrorCode::ClaimNotFound.at(&["claimId"], context.language));
    let mut connection = orders.database.connection().await?;
    let party = connection
        .transaction(async |connection| {
            let case = Case::take_up(connection, orders, id, context).await?.ok_or_else(not_found)?;
            let party = case.party(&context.principal, ClaimCommand::Reship)?;
            case.next(ClaimCommand::Reship)?;
            if case.claim.remedy != ClaimRemedy::Reship || case.claim.reship_lease_until.is_some() {
                return Err(case.refused(ErrorCode::StateConflict));
            }
            let change = ClaimChange {
                reship_carrier: carrier.clone(),
                reship_tracking_number: tracking_number.clone(),
                reship_lease_until: Some(Some(orders.step_lease())),
                ..ClaimChange::default()
            };
            claims::change_claim(connection, id, case.claim.state, change).await?;
            let entry = Entry::on("order", id).before(json!({ "state": case.claim.state }));
            audit::of_staff(connection, context, entry).await?;
            Result::<_, Failure>::Ok(party)
        })
        .await?;
    drop(connection);
    fault::point("claim.reship_recorded");
    finish_reshipment(orders, id, party, context).await
}

/// The rest of a reshipment that was recorded; can be repeated.
pub(crate) async fn finish_reshipment(
    orders: &Orders,
    id: ClaimId,
    party: ClaimParty,
    context: &RequestContext,
) -> Result<ClaimRow, Failure> {
    let not_found = || Failure::from(ErrorCode::ClaimNotFound.at(&["claimId"], context.language));
    let (claim, lines) = {
        let mut connection = orders.database.connection().await?;
        let claim = claims::claim_by_id(&mut connection, id).await?.ok_or_else(not_found)?;
        (claim, claims::lines_of_claims(&mut connection, &[id]).await?)
    };
    let lines = lines.iter().map(|line| exchange_stock::ReserveLineInput {
        variant_id: line.new_variant_id.unwrap_or(line.variant_id).to_string(),
        quantity: line.quantity.into(),
    });
    let input = exchange_stock::ExchangeStockInput {
        claim_id: id.to_string(),
        order_id: claim.order_id.to_string(),
        lines: lines.collect(),
    };
    let variables = exchange_stock::Variables { input };
    let answer = orders.graph.ask::<ExchangeStock>("inventory", variables, context).await?.exchange_stock;
    fault::point("claim.stock_taken");
    if let Some(error) = answer.user_errors.first() {
        return Err(GraphError::unavailable(format_args!("stock not exchanged: {}", error.message)).into());
    }
    let taken = answer.shortages.is_empty();
    let mut connection = orders.database.connection().await?;
    let claim = connection
        .transaction(async |connection| {
            let mut case = Case::take_up(connection, orders, id, context).await?.ok_or_else(not_found)?;
            if case.claim.reship_lease_until.is_none() {
                // Somebody else has finished it.
                return Ok(case.claim);
            }
            let change =
                ClaimChange { reship_lease_until: Some(None), reshipped: Some(taken), ..ClaimChange::default() };
            if taken {
                case.step(connection, ClaimCommand::Reship, party, None, change).await?;
            } else {
                case.claim = claims::change_claim(connection, id, case.claim.state, change).await?;
            }
            Result::<_, Failure>::Ok(case.claim)
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    if taken { Ok(claim) } else { Err(ErrorCode::OutOfStock.at(&["claimId"], context.language).into()) }
}
