//! What shipping costs, when it has to be sent, how parcels move. Pure.

mod areas;
mod fees;
mod numbers;
mod states;

pub(crate) use areas::area_of;
pub(crate) use fees::{Bundle, QuoteLine, SellerQuote, bundle_key, dispatch_by, quote};
pub(crate) use numbers::{carrier_named, tracking_number};
pub(crate) use states::{ShipmentCommand, moving, next_state, resendable, state_after, told_between, unsent};

/// The largest fee, surcharge or threshold, in won.
pub(crate) const LARGEST_AMOUNT: i64 = 10_000_000;
/// The longest time to send, in business days.
pub(crate) const LONGEST_DISPATCH: i32 = 30;
/// The most lines that a quote has.
pub(crate) const MOST_LINES: usize = 500;
/// The most pieces of a line.
pub(crate) const MOST_PIECES: i32 = 100_000;
