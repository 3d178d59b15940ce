//! Periods are over: every seller of the cadence is settled with.
//!
//! A run stands in the database with a lease. Each seller's statement is one transaction, and a run has one statement of a
//! seller at most, so that whoever takes an interrupted run over settles with those who are left.

use std::time::Duration;

use chrono::Utc;
use platform::graph::RequestContext;

use super::Settlements;
use super::close::{close, of_run};
use crate::calendar::{day_of, last_period};
use crate::error::Failure;
use crate::model::{SellerId, SettlementCadence};
use crate::store::{self, RunRow};

/// How long a run belongs to the process that works on it.
const LEASE: Duration = Duration::from_secs(30);
/// How many sellers are looked up at once.
const BATCH: i32 = 100;

/// Begins the runs of the periods that are over, and goes on with those that nobody works on.
pub(crate) async fn run_settlements(desk: &Settlements) -> Result<(), Failure> {
    let today = day_of(Utc::now());
    let runs = {
        let mut connection = desk.database.connection().await?;
        for cadence in SettlementCadence::ALL {
            store::begin_run(&mut connection, *cadence, last_period(*cadence, today)).await?;
        }
        store::take_runs(&mut connection, LEASE).await?
    };
    for run in runs {
        go_on(desk, &run).await?;
    }
    Ok(())
}

/// Settles with the sellers who are left. A seller whose particulars cannot be had now keeps the run open.
async fn go_on(desk: &Settlements, run: &RunRow) -> Result<(), Failure> {
    let (mut after, mut complete) = (None, true);
    loop {
        let sellers = {
            let mut connection = desk.database.connection().await?;
            store::sellers_to_settle(&mut connection, run, desk.cadence, after, BATCH).await?
        };
        let Some(last) = sellers.last() else { break };
        after = Some(*last);
        for seller in sellers {
            complete &= settle_with(desk, run, seller).await?;
        }
    }
    if complete {
        let mut connection = desk.database.connection().await?;
        store::finish_run(&mut connection, run).await?;
    }
    Ok(())
}

async fn settle_with(desk: &Settlements, run: &RunRow, seller: SellerId) -> Result<bool, Failure> {
    let context = RequestContext::default();
    let recipient = match desk.seller(seller, &context).await {
        Ok(Some((recipient, _))) => recipient,
        Ok(None) => {
            tracing::warn!(%seller, "a seller who is owed something is not known");
            return Ok(false);
        }
        Err(error) => {
            tracing::warn!(%seller, error = error.message, "a seller is settled with later");
            return Ok(false);
        }
    };
    let closed = close(desk, of_run(seller, &recipient, run), None).await?;
    let mut connection = desk.database.connection().await?;
    store::extend_run(&mut connection, run, LEASE, i32::from(closed.is_some())).await?;
    Ok(true)
}
