//! Claims: opened by the buyer, moved by whoever's turn it is, settled once.

mod act;
mod case;
mod open;
mod photos;
mod reship;

pub(crate) use act::{ClaimAction, act_on_claim};
pub(crate) use case::finish_refund;
pub(crate) use open::{ClaimItem, OpenClaim, open_claim};
pub(crate) use photos::forget_photo;
pub(crate) use reship::{finish_reshipment, reship_claim};

/// The longest text that people say of a claim.
const LONGEST_TEXT: usize = 1_000;
