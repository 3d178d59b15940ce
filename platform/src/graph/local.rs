//! The in-process transport: a direct call of the subgraph's schema.

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::parser::types::OperationType;
use async_graphql::{ObjectType, Request, Schema, SubscriptionType, Value};
use futures::future::BoxFuture;

use super::{GraphAnswer, GraphRequest, REPLAYED, RequestContext, SubgraphTransport, TransportError};
use crate::errors::{ErrorCode, GraphError};

/// An async-graphql schema with its types erased.
pub trait LocalSchema: Send + Sync {
    /// Executes one request.
    fn answer(&self, request: Request) -> BoxFuture<'_, async_graphql::Response>;
}

impl<Q, M, S> LocalSchema for Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn answer(&self, mut request: Request) -> BoxFuture<'_, async_graphql::Response> {
        if let Some(refusal) = change_as_another(&mut request) {
            return Box::pin(std::future::ready(refusal));
        }
        let replayed = watch_replay(&mut request);
        Box::pin(async move {
            let mut response = name_faults_of_input(Schema::execute(self, request).await);
            if replayed.is_some_and(|replayed| replayed.load(Ordering::Relaxed)) {
                response.extensions.insert(REPLAYED.to_owned(), Value::Boolean(true));
            }
            response
        })
    }
}

fn context_of(request: &Request) -> Option<&RequestContext> {
    request.data.get(&TypeId::of::<RequestContext>())?.downcast_ref()
}

/// Where it is noted that the answer is a kept one: in a place of this request's own, as what other services keep of the
/// commands that follow is not this answer.
fn watch_replay(request: &mut Request) -> Option<Arc<AtomicBool>> {
    let context = context_of(request).filter(|context| context.idempotency_key.is_some())?;
    let replayed = Arc::new(AtomicBool::new(false));
    let context = RequestContext { replayed: Some(Arc::clone(&replayed)), ..context.clone() };
    request.data.insert(context);
    Some(replayed)
}

/// Values that do not fit their scalars are the client's fault. The library gives their errors no code, but messages of its
/// own.
fn name_faults_of_input(mut response: async_graphql::Response) -> async_graphql::Response {
    let is_of_input = |message: &str| {
        message.starts_with("Expected input type ")
            || message.starts_with("Failed to parse ")
            || message.contains(" (occurred while parsing ")
    };
    for error in &mut response.errors {
        let has_code = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
        if !has_code && is_of_input(&error.message) {
            let extensions = error.extensions.get_or_insert_with(Default::default);
            extensions.set("code", ErrorCode::BadUserInput.as_str());
        }
    }
    response
}

/// Who looks at the market as another person can change nothing: the refusal of anything but a query.
fn change_as_another(request: &mut Request) -> Option<async_graphql::Response> {
    let context = context_of(request)?;
    context.principal.impersonator?;
    let refused = GraphError::forbidden(context.language);
    let reads = request.parsed_query().is_ok_and(|document| {
        document.operations.iter().all(|(_, operation)| operation.node.ty == OperationType::Query)
    });
    if reads {
        return None;
    }
    let error = async_graphql::Error::from(refused).into_server_error(async_graphql::Pos::default());
    Some(async_graphql::Response::from_errors(vec![error]))
}

/// Reaches a subgraph that lives in this process.
#[derive(Clone)]
pub struct LocalTransport {
    schema: Arc<dyn LocalSchema>,
}

impl LocalTransport {
    /// A transport to `schema`.
    pub fn new(schema: Arc<dyn LocalSchema>) -> Self {
        Self { schema }
    }
}

impl SubgraphTransport for LocalTransport {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async move {
            let request = request.with_values();
            let mut local = Request::new(&*request.query).variables(request.variables).data(request.context);
            if let Some(document) = request.document {
                local.set_parsed_query((*document).clone());
            }
            Ok(GraphAnswer::Tree(Box::new(self.schema.answer(local).await)))
        })
    }

    fn in_memory(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Context, EmptySubscription, Object, Schema};
    use uuid::Uuid;

    use super::*;
    use crate::identity::{Principal, Scope};

    struct Root;

    #[Object]
    impl Root {
        async fn number(&self) -> i32 {
            1
        }

        async fn repeated(&self, ctx: &Context<'_>, really: bool) -> bool {
            if really {
                ctx.data_unchecked::<RequestContext>().note_replay();
            }
            really
        }

        async fn same(&self, long: crate::money::Long, day: Option<crate::date::Date>) -> crate::money::Long {
            let _ = day;
            long
        }
    }

    #[tokio::test]
    async fn values_that_do_not_fit_their_scalars_are_the_clients_fault() {
        let schema = Schema::new(Root, Root, EmptySubscription);
        let ask = |arguments: &str| LocalSchema::answer(&schema, Request::new(format!("{{ same({arguments}) }}")));
        let largest = i64::pow(2, 53) - 1;
        for fits in [largest, -largest, 0] {
            assert_eq!(ask(&format!("long: {fits}")).await.errors, []);
        }
        let wrong = [largest + 1, -largest - 1, i64::MIN, i64::MAX].map(|long| format!("long: {long}"));
        let others =
            ["long: 9223372036854775808", "long: 1.5", "long: {}", "long: 1, day: \"0\"", "long: 1, day: \"\""];
        for arguments in wrong.into_iter().chain(others.map(str::to_owned)) {
            let answer = ask(&arguments).await;
            let extensions = answer.errors[0].extensions.as_ref();
            let code = extensions.and_then(|extensions| extensions.get("code"));
            assert_eq!(code, Some(&async_graphql::Value::from("BAD_USER_INPUT")), "{arguments}: {answer:?}");
        }
    }

    #[tokio::test]
    async fn a_kept_answer_says_so() {
        let schema = Schema::new(Root, Root, EmptySubscription);
        let with_key = RequestContext { idempotency_key: Some("k".into()), ..RequestContext::default() };
        let cases =
            [(&with_key, "true", true), (&with_key, "false", false), (&RequestContext::default(), "true", false)];
        for (context, really, told) in cases {
            let request = Request::new(format!("mutation {{ repeated(really: {really}) }}")).data(context.clone());
            let response = LocalSchema::answer(&schema, request).await;
            assert_eq!(response.errors, []);
            assert_eq!(response.extensions.get(REPLAYED) == Some(&Value::Boolean(true)), told, "{response:?}");
        }
    }

    #[tokio::test]
    async fn whoever_looks_as_another_person_changes_nothing() {
        let schema = Schema::new(Root, Root, EmptySubscription);
        let ask = |query: &str, impersonator| {
            let principal = Principal {
                user_id: Some(Uuid::now_v7()),
                impersonator,
                scopes: vec![Scope::Buyer],
                ..Principal::default()
            };
            let context = RequestContext { principal: Arc::new(principal), ..RequestContext::default() };
            LocalSchema::answer(&schema, Request::new(query).data(context))
        };
        let staff = Some(Uuid::now_v7());
        assert!(ask("{ number }", staff).await.errors.is_empty());
        assert!(ask("mutation { number }", None).await.errors.is_empty());
        for change in ["mutation { number }", "query A { number } mutation B { number }", "nonsense"] {
            assert_eq!(ask(change, staff).await.errors.len(), 1, "{change}");
        }
        let refusal = ask("mutation { number }", staff).await;
        assert!(format!("{:?}", refusal.errors).contains("FORBIDDEN"), "{refusal:?}");
    }
}
