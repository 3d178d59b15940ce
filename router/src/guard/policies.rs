//! Which policies of `@policy` hold for who asks.

use std::collections::HashSet;
use std::fmt::Debug;

use axum::http::HeaderName;
use futures::future::{BoxFuture, ready};
use platform::graph::RequestContext;

/// Decides which policies hold for who asks. The default is [`PoliciesOfPrincipal`].
pub trait PolicyEvaluator: Debug + Send + Sync {
    /// Of the policies that an operation depends on, those that hold.
    ///
    /// It is asked once for each request, with all of the operation's policies in the order of their names, and not at
    /// all where there are none or one of our own services asks, for whom every policy holds. What is not in the answer
    /// does not hold; neither does anything when there is no answer within the time that a request may take.
    fn holding<'a>(&'a self, policies: &'a [String], context: &'a RequestContext) -> BoxFuture<'a, HashSet<String>>;
}

/// The policies that a verified access token names hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct PoliciesOfPrincipal;

impl PolicyEvaluator for PoliciesOfPrincipal {
    fn holding<'a>(&'a self, _: &'a [String], context: &'a RequestContext) -> BoxFuture<'a, HashSet<String>> {
        Box::pin(ready(context.principal.policies.iter().cloned().collect()))
    }
}

/// The policies that a header of the request names, with commas in between, hold.
///
/// This is safe only where every request comes through a proxy that sets the header, or takes it away. The header has to
/// be among [`Edge::propagated`](crate::Edge::propagated).
#[derive(Clone, Debug)]
pub struct PoliciesOfHeader(pub HeaderName);

impl PolicyEvaluator for PoliciesOfHeader {
    fn holding<'a>(&'a self, _: &'a [String], context: &'a RequestContext) -> BoxFuture<'a, HashSet<String>> {
        let values = context.client.headers.get_all(&self.0).iter().filter_map(|value| value.to_str().ok());
        let names = values.flat_map(|value| value.split(',')).map(str::trim).filter(|name| !name.is_empty());
        Box::pin(ready(names.map(str::to_owned).collect()))
    }
}
