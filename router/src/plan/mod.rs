//! From an operation's text to a compiled plan.
//!
//! An operation is parsed, counted against the limits and validated once ([`prepared`]). Its variants are planned when
//! they are first met: one for each outcome of its `@skip` and `@include` conditions and of the access rules that it
//! touches, so that a plan holds no conditions at all ([`selection`]). Planning itself is the library's
//! ([`planner`], the only place that knows its types), compiled into steps that only need variables ([`compiled`]).

pub(crate) mod compiled;
mod convert;
mod planner;
pub(crate) mod prepared;
mod projection;
mod selection;
pub(crate) mod variables;

pub(crate) use planner::PlanEngine;
