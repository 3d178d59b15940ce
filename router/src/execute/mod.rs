//! Runs compiled plans: fetches over the transports, and merges what comes into one response tree.
//!
//! A request runs in one task; its fetches run side by side in it, without being spawned. The tree is locked only while
//! a fetch is prepared or merged, never across an await.

mod answer;
mod contexts;
mod entities;
mod rename;
pub(crate) mod tree;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_graphql::{Name, Value, Variables};
use futures::stream::{FuturesUnordered, StreamExt};
use platform::graph::{GraphRequest, RequestContext, SubgraphTransport};

use self::answer::{Answer, read};
use self::contexts::split;
use self::entities::{Batch, collect, merge, merge_at, object_places, place_errors};
use self::rename::rename;
use self::tree::Object;
use crate::error::{GraphError, PathSegment, codes};
use crate::plan::compiled::{EntityFetch, Fetch, FetchKind, Plan};
use crate::plan::variables::Values;

/// What a plan is run with.
pub(crate) struct Run<'a> {
    pub(crate) transports: &'a [Arc<dyn SubgraphTransport>],
    /// The subgraphs' names, for the log.
    pub(crate) names: &'a [String],
    pub(crate) values: &'a Values,
    pub(crate) context: &'a RequestContext,
    /// Whether messages of errors without a code are kept from the client.
    pub(crate) mask: bool,
    pub(crate) limit: Duration,
}

/// What running a plan came to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) root: Object,
    pub(crate) errors: Vec<GraphError>,
    /// Whether a subgraph gave a kept answer again, for an idempotency key.
    pub(crate) replayed: bool,
}

/// Runs a plan. What could not be had within the limit is missing, with an error that says so.
pub(crate) async fn run(plan: &Plan, run: &Run<'_>) -> Outcome {
    let running = Running { run, outcome: Mutex::new(Outcome::default()), key: Mutex::new(None) };
    if !plan.parts.is_empty() && tokio::time::timeout(run.limit, running.parts(plan)).await.is_err() {
        let limit = run.limit.as_secs_f32();
        let error = GraphError::new(codes::TIMEOUT, format!("The request took longer than {limit} seconds."));
        lock(&running.outcome).errors.push(error);
    }
    running.outcome.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Running<'a> {
    run: &'a Run<'a>,
    outcome: Mutex<Outcome>,
    /// The idempotency key of the part that runs.
    key: Mutex<Option<Arc<str>>>,
}

impl Running<'_> {
    async fn parts(&self, plan: &Plan) {
        for part in &plan.parts {
            let key = part.idempotency.as_ref().and_then(|key| key.resolve(self.run.values));
            *lock(&self.key) = key;
            self.part(&part.fetches).await;
        }
    }

    /// Runs fetches, each as soon as those that it waits for have ended.
    async fn part(&self, fetches: &[Fetch]) {
        if let [fetch] = fetches {
            return self.fetch(fetch).await;
        }
        let mut waits: Vec<usize> = fetches.iter().map(|fetch| fetch.depends.len()).collect();
        let mut running = FuturesUnordered::new();
        let start = |at: usize| async move {
            self.fetch(&fetches[at]).await;
            at
        };
        for at in (0..fetches.len()).filter(|at| waits[*at] == 0) {
            running.push(start(at));
        }
        while let Some(ended) = running.next().await {
            for (at, fetch) in fetches.iter().enumerate() {
                if fetch.depends.contains(&ended) {
                    waits[at] -= 1;
                    if waits[at] == 0 {
                        running.push(start(at));
                    }
                }
            }
        }
    }

    async fn fetch(&self, fetch: &Fetch) {
        let mut variables = Variables::default();
        let mut batches = Vec::new();
        let mut places = Vec::new();
        if let FetchKind::Root { path, .. } = &fetch.kind
            && !path.is_empty()
        {
            places = object_places(&lock(&self.outcome).root, path);
            if places.is_empty() {
                return;
            }
        }
        let mut told = None;
        if let FetchKind::Entities(entities) = &fetch.kind {
            let outcome = lock(&self.outcome);
            if let Some(contextual) = &fetch.contextual {
                let mut parts = split(&outcome.root, fetch, entities, contextual, &mut variables);
                batches = std::mem::take(&mut parts.batches);
                told = Some(parts);
            }
            for entity in entities.iter().filter(|_| told.is_none()) {
                let mut batch = collect(&outcome.root, entity);
                let representations = std::mem::take(&mut batch.representations);
                variables.insert(entity.variable.clone(), Value::List(representations));
                batches.push(batch);
            }
            if batches.iter().all(Batch::is_empty) {
                return;
            }
        }
        for name in &fetch.variables {
            if let Some(value) = self.run.values.get(name) {
                variables.insert(name.clone(), value.clone());
            }
        }
        let mut context = self.run.context.clone();
        if let Some(key) = lock(&self.key).clone() {
            context.idempotency_key = Some(key);
        }
        let Some(transport) = self.run.transports.get(fetch.subgraph) else { return };
        let (query, document) = match &told {
            Some(parts) => (&parts.query, transport.reads_documents().then(|| parts.document(fetch)).flatten()),
            None => (&fetch.query, transport.reads_documents().then(|| fetch.document()).flatten()),
        };
        let request = GraphRequest { query: Arc::clone(query), document, variables, context };
        let name = self.name(fetch);
        let answer = match transport.execute(request).await {
            Ok(answer) => read(answer, name, self.run.mask),
            Err(error) => {
                tracing::warn!(subgraph = name, %error, "a subgraph did not answer");
                Answer::none(&error)
            }
        };
        self.integrate(fetch, told.as_ref().map(|parts| parts.entities.as_slice()), batches, &places, answer);
    }

    fn name(&self, fetch: &Fetch) -> &str {
        self.run.names.get(fetch.subgraph).map_or("", String::as_str)
    }

    /// Merges an answer. The lists of entities are those of the plan, or those that were asked for in their stead.
    fn integrate(
        &self,
        fetch: &Fetch,
        asked: Option<&[EntityFetch]>,
        mut batches: Vec<Batch>,
        places: &[Vec<u32>],
        answer: Answer,
    ) {
        let mut outcome = lock(&self.outcome);
        let outcome = &mut *outcome;
        outcome.replayed |= answer.replayed;
        match &fetch.kind {
            FetchKind::Root { path, renames, keys } => {
                let mut data = answer.data;
                for wanted in renames {
                    rename(wanted, &mut data);
                }
                let empty = data.is_null();
                match data {
                    tree::Node::Object(object) if path.is_empty() => outcome.root.merge(object),
                    tree::Node::Object(object) => merge_at(&mut outcome.root, places, &object),
                    _ => {}
                }
                for mut error in answer.errors {
                    if error.path.is_empty() && empty {
                        for error in at_each_root_key(&error, keys) {
                            // Two failed requests for parts of one field are one failure of it.
                            if !outcome.errors.contains(&error) {
                                outcome.errors.push(error);
                            }
                        }
                    } else {
                        shorten(&mut error);
                        outcome.errors.push(error);
                    }
                }
            }
            FetchKind::Entities(entities) => {
                let entities = asked.unwrap_or(entities);
                let answer = if fits(&answer, entities, &batches) {
                    answer
                } else {
                    tracing::warn!(
                        subgraph = self.name(fetch),
                        "a subgraph answered with other entities than asked for"
                    );
                    Answer::unusable()
                };
                place_errors(answer.errors, entities, &batches, &outcome.root, &answer.data, &mut outcome.errors);
                let tree::Node::Object(mut data) = answer.data else { return };
                for (entity, batch) in entities.iter().zip(&mut batches) {
                    if let Some(at) = data.position(&entity.alias) {
                        let (_, list) = data.entries.swap_remove(at);
                        merge(&mut outcome.root, entity, batch, list);
                    }
                }
            }
        }
    }
}

/// Whether there is an answer for each entity. Where there is not, nothing says which one is missing.
fn fits(answer: &Answer, entities: &[EntityFetch], batches: &[Batch]) -> bool {
    let tree::Node::Object(data) = &answer.data else { return true };
    entities.iter().zip(batches).all(|(entity, batch)| match data.get(&entity.alias) {
        Some(tree::Node::List(items)) => items.len() == batch.asked(),
        // An error that took the whole list with it.
        None | Some(tree::Node::Null) => !answer.errors.is_empty(),
        Some(_) => false,
    })
}

/// A failure of a whole request to the root concerns each of its fields.
fn at_each_root_key(error: &GraphError, keys: &[Name]) -> Vec<GraphError> {
    if keys.is_empty() {
        return vec![error.clone()];
    }
    keys.iter().map(|key| error.clone().at(vec![PathSegment::Key(key.clone())])).collect()
}

/// Places in a subgraph's document mean nothing to a client.
fn shorten(error: &mut GraphError) {
    error.locations.clear();
}
