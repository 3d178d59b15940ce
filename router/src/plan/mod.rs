//! From an operation's text to a compiled plan.
//!
//! An operation is parsed, counted against the limits and validated once ([`prepared`]). Its variants are planned when
//! they are first met: one for each outcome of its `@skip` and `@include` conditions, of the access rules that it
//! touches and of the labels of progressive overrides, so that a plan holds no conditions at all ([`selection`]).
//!
//! Planning takes what is wanted ([`wants`]), decides where each field is resolved over the subgraphs that can
//! ([`supergraph`], [`choose`], [`locate`], [`abstracts`], [`cost`]), builds the fetches ([`build`]) and writes them as
//! requests ([`emit`]) that only need variables ([`compiled`]). Arguments that are taken from contexts ([`contexts`]) depend
//! on the way to an object ([`trail`]); their values are fetched there before ([`values`]).

mod abstracts;
mod build;
mod choose;
pub(crate) mod compiled;
mod contexts;
mod cost;
mod emit;
mod engine;
mod explain;
mod locate;
pub(crate) mod prepared;
mod projection;
mod representation;
mod selection;
mod supergraph;
mod trail;
mod unions;
mod values;
pub(crate) mod variables;
mod wants;

pub(crate) use engine::PlanEngine;
pub use explain::{PlannedEntities, PlannedFetch, QueryPlan};
