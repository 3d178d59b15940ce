//! Comparing a day of our books with the provider's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveDate};
use futures::stream::{self, StreamExt as _};
use platform::business_days::start_of_day;
use platform::errors::GraphError;

use super::{Failure, Payments};
use crate::model::{PaymentRow, PaymentState};
use crate::provider::{ProviderError, ProviderState};
use crate::rules::reconciliation::{Sums, differences};
use crate::store::{self, Place};

/// What a comparison found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reconciled {
    /// How many movements of money the provider has for the day.
    pub(crate) transactions: usize,
    /// How many differences there are, known ones included.
    pub(crate) discrepancies: usize,
    /// How many payments the provider did not tell of. The day is compared again because of them.
    pub(crate) unknown: usize,
}

/// Compares every payment of which money moved on the day, in our books or the provider's. Both sides are compared over the
/// payment's whole life, so that a movement at midnight is none too many. What is compared is kept, also when the provider does
/// not tell of other payments.
pub(crate) async fn reconcile(payments: &Payments, day: NaiveDate) -> Result<Reconciled, Failure> {
    let next = day.checked_add_days(Days::new(1)).ok_or_else(|| GraphError::internal("no day follows"))?;
    let (from, until) = (start_of_day(day), start_of_day(next));
    let told = payments.provider.transactions(from, until).await.map_err(GraphError::internal)?;
    let orders: BTreeMap<&str, &str> =
        told.iter().map(|one| (one.payment_key.as_str(), one.order_id.as_str())).collect();
    let keys: Vec<String> = orders.keys().map(|key| (*key).to_owned()).collect();
    let ours: HashMap<String, PaymentRow> = {
        let mut connection = payments.database.connection().await?;
        let rows = store::payments_moved(&mut connection, from, until, &keys).await?;
        rows.into_iter().filter_map(|row| Some((row.payment_key.clone()?, row))).collect()
    };
    let keys: BTreeSet<&str> = orders.keys().copied().chain(ours.keys().map(String::as_str)).collect();
    // What nobody has decided yet is the recovery job's.
    let is_decided = |key: &&str| {
        let state = ours.get(*key).map(|row| row.state);
        !matches!(state, Some(PaymentState::Confirming | PaymentState::Unknown))
    };
    let looked_up = stream::iter(keys.into_iter().filter(is_decided).map(str::to_owned).collect::<Vec<_>>())
        .map(|key| async move {
            let found = sums_at_provider(payments, &key).await;
            (key, found)
        })
        .buffer_unordered(payments.comparisons);
    let mut looked_up = std::pin::pin!(looked_up);
    let (mut discrepancies, mut unknown) = (0, 0);
    while let Some((key, found)) = looked_up.next().await {
        let key = key.as_str();
        let theirs = match found {
            Ok(theirs) => theirs,
            Err(error) => {
                tracing::warn!(key, %error, "a payment is compared later");
                unknown += 1;
                continue;
            }
        };
        let row = ours.get(key);
        let tax_free = match row {
            Some(row) if row.tax_free_amount > 0 => {
                store::tax_free_kept(&mut *payments.database.connection().await?, row).await?
            }
            _ => 0,
        };
        let sums = row.map(|row| Sums::of_state(row.state, row.amount, row.refunded, tax_free));
        let order_id = row.map(|row| row.order_id.to_string());
        let order_id = order_id.as_deref().or_else(|| orders.get(key).copied()).unwrap_or_default();
        let place = Place { day, payment_id: row.map(|row| row.id), payment_key: key, order_id };
        for difference in differences(sums, theirs) {
            tracing::error!(?place.payment_id, key, ?difference, "our books are not the provider's");
            metrics::counter!("payment_discrepancies_total", "kind" => difference.kind.as_str()).increment(1);
            let mut connection = payments.database.connection().await?;
            store::record_difference(&mut connection, &place, difference).await?;
            discrepancies += 1;
        }
    }
    let mut connection = payments.database.connection().await?;
    if unknown == 0 {
        store::record_day(&mut connection, day, told.len(), discrepancies).await?;
    }
    let open = store::discrepancies_count(&mut connection, true).await?;
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
    metrics::gauge!("payment_discrepancies_open").set(open as f64);
    Ok(Reconciled { transactions: told.len(), discrepancies, unknown })
}

/// What the provider took and gave back for a payment key; `None` where it does not know the key.
async fn sums_at_provider(payments: &Payments, key: &str) -> Result<Option<Sums>, ProviderError> {
    match payments.provider.find(key).await {
        Ok(found) => {
            let is_taken = found.state == ProviderState::Taken;
            let (taken, tax_free) = if is_taken { (found.amount, found.tax_free) } else { (0, 0) };
            Ok(Some(Sums { taken, refunded: found.refunded, tax_free: tax_free - found.tax_free_refunded }))
        }
        Err(ProviderError::Refused { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
