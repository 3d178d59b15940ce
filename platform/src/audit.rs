//! What staff do, and what happens to money, told to whoever keeps the record of it.
//!
//! An action appends `audit.recorded` to its outbox in the transaction that makes it true. Before and after are facts
//! of the thing itself (a state, an amount, a day), never of a person: names, addresses and accounts stay out of it.

use std::sync::Arc;

use async_graphql::Context;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use serde_json::{Value, json};
use uuid::Uuid;

use crate::events::{Fact, append};
use crate::graph::RequestContext;
use crate::identity::{Principal, Scope, request_context};

/// The kind of event under which entries travel.
pub const KIND: &str = "audit.recorded";

/// As what somebody acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActorKind {
    /// The marketplace's staff.
    Staff,
    /// A member of a seller.
    Seller,
    /// Anybody else who is signed in.
    User,
    /// One of our services on its own account: a job, or a command of another service.
    Service,
}

/// An entry as it travels.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecorded {
    /// Who: `usr_…`, the program `apc_…`, or the name of a service.
    pub actor: String,
    /// As what.
    pub actor_kind: ActorKind,
    /// The person as whom a member of staff, the actor, looked at the market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impersonated: Option<String>,
    /// The service whose action it is.
    pub service: String,
    /// The action: the mutation's name, or that of a job.
    pub action: String,
    /// What it was done to, by its identifier.
    pub object: String,
    /// Why, in the words of who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was so before; null where there is nothing to tell.
    #[serde(default)]
    pub before: Value,
    /// What is so now.
    #[serde(default)]
    pub after: Value,
    /// When it was done, to the microsecond.
    pub at: DateTime<Utc>,
    /// The trace of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Fact for AuditRecorded {
    const KIND: &'static str = KIND;

    fn aggregate(&self) -> String {
        self.object.clone()
    }
}

/// What an action tells of itself.
#[derive(Clone, Debug)]
pub struct Entry {
    service: &'static str,
    object: String,
    reason: Option<String>,
    before: Value,
    after: Value,
}

impl Entry {
    /// The object that an action of `service` was done to.
    pub fn on(service: &'static str, object: impl std::fmt::Display) -> Self {
        Self { service, object: object.to_string(), reason: None, before: Value::Null, after: Value::Null }
    }

    /// Why it was done.
    #[must_use]
    pub fn because<'a>(mut self, reason: impl Into<Option<&'a str>>) -> Self {
        self.reason = reason.into().map(str::to_owned);
        self
    }

    /// What was so before.
    #[must_use]
    pub fn before(mut self, facts: Value) -> Self {
        self.before = facts;
        self
    }

    /// What is so now.
    #[must_use]
    pub fn after(mut self, facts: Value) -> Self {
        self.after = facts;
        self
    }

    /// It went from one state to another.
    #[must_use]
    pub fn moved<S: Serialize>(self, from: S, to: S) -> Self {
        self.before(json!({ "state": from })).after(json!({ "state": to }))
    }

    /// The entry as `action` of the one who asks.
    pub fn recorded(self, action: &str, context: &RequestContext) -> AuditRecorded {
        let (actor, actor_kind, impersonated) = who(&context.principal, self.service);
        let at = Utc::now();
        AuditRecorded {
            actor,
            actor_kind,
            impersonated,
            service: self.service.to_owned(),
            action: action.to_owned(),
            object: self.object,
            reason: self.reason,
            before: self.before,
            after: self.after,
            // The log keeps microseconds; what it hashes must be what it keeps.
            at: DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at),
            trace_id: context.trace_parent.as_deref().and_then(trace_id),
        }
    }
}

fn who(principal: &Principal, service: &str) -> (String, ActorKind, Option<String>) {
    match (principal.user_id, principal.impersonator) {
        (Some(user), Some(staff)) => (name(staff), ActorKind::Staff, Some(name(user))),
        (Some(user), None) if principal.is_staff() => (name(user), ActorKind::Staff, None),
        (Some(user), None) if principal.has_scope(Scope::Seller) => (name(user), ActorKind::Seller, None),
        (Some(user), None) => (name(user), ActorKind::User, None),
        (None, _) => match principal.client {
            Some(client) => {
                let kind = if principal.is_staff() { ActorKind::Staff } else { ActorKind::Seller };
                (format!("apc_{}", client.as_simple()), kind, None)
            }
            None => (principal.service.clone().unwrap_or_else(|| service.to_owned()), ActorKind::Service, None),
        },
    }
}

/// A person as all services name one.
fn name(user: Uuid) -> String {
    format!("usr_{}", user.as_simple())
}

/// The trace's own part of a `traceparent`.
fn trace_id(trace_parent: &str) -> Option<String> {
    trace_parent.split('-').nth(1).map(str::to_owned)
}

/// The context of a command, which knows the name of the mutation that gives it: the name of the action in the record.
pub fn command(ctx: &Context<'_>) -> RequestContext {
    RequestContext { action: Some(Arc::from(ctx.field().name())), ..request_context(ctx).clone() }
}

/// Records the command if staff give it. Call it inside the transaction that carries the command out.
///
/// # Errors
/// When the database fails.
pub async fn of_staff(connection: &mut AsyncPgConnection, context: &RequestContext, entry: Entry) -> QueryResult<()> {
    if context.principal.is_staff() {
        return of_money(connection, context, entry).await;
    }
    Ok(())
}

/// Records the command whoever gives it: money moves. Call it inside the transaction that carries the command out.
///
/// # Errors
/// When the database fails.
pub async fn of_money(connection: &mut AsyncPgConnection, context: &RequestContext, entry: Entry) -> QueryResult<()> {
    let action = context.action.clone().unwrap_or_else(|| Arc::from("unnamed"));
    append(connection, &entry.recorded(&action, context), context.trace_parent.as_deref()).await
}

/// Records what a service does by itself. Call it inside the transaction that does it.
///
/// # Errors
/// When the database fails.
pub async fn of_service(connection: &mut AsyncPgConnection, action: &str, entry: Entry) -> QueryResult<()> {
    append(connection, &entry.recorded(action, &RequestContext::default()), None).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(principal: Principal) -> RequestContext {
        RequestContext { principal: Arc::new(principal), ..RequestContext::default() }
    }

    #[test]
    fn knows_who_acted_and_as_what() {
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        let person = |scopes: &[Scope], impersonator| Principal {
            user_id: Some(one),
            impersonator,
            scopes: scopes.to_vec(),
            ..Principal::default()
        };
        let of = |principal| {
            let entry = Entry::on("seller", "slr_1").recorded("suspendSeller", &context(principal));
            (entry.actor, entry.actor_kind, entry.impersonated)
        };
        assert_eq!(of(person(&[Scope::Buyer, Scope::Staff], None)), (name(one), ActorKind::Staff, None));
        assert_eq!(of(person(&[Scope::Buyer, Scope::Seller], None)), (name(one), ActorKind::Seller, None));
        assert_eq!(of(person(&[Scope::Buyer], None)), (name(one), ActorKind::User, None));
        assert_eq!(of(person(&[Scope::Buyer], Some(other))), (name(other), ActorKind::Staff, Some(name(one))));
        let program = Principal { client: Some(one), scopes: vec![Scope::Seller], ..Principal::default() };
        assert_eq!(of(program), (format!("apc_{}", one.as_simple()), ActorKind::Seller, None));
        assert_eq!(of(Principal::service("order")), ("order".to_owned(), ActorKind::Service, None));
        assert_eq!(of(Principal::default()), ("seller".to_owned(), ActorKind::Service, None));
    }

    #[test]
    fn names_the_trace() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(parent).as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert_eq!(trace_id("nonsense"), None);
    }
}
