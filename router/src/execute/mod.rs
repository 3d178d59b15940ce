//! Runs compiled plans: fetches over the transports, and merges what comes into one response tree.
//!
//! A request runs in one task; its fetches run side by side in it, without being spawned. The tree is locked only while
//! a fetch is prepared or merged, never across an await.

mod answer;
mod chunks;
mod contexts;
mod entities;
mod rename;
mod represent;
pub(crate) mod tree;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Name, Value, Variables};
use futures::stream::{FuturesOrdered, FuturesUnordered, StreamExt};
use platform::graph::{GraphRequest, RequestContext, SubgraphTransport};

use self::answer::{Answer, read};
use self::chunks::{cut, join};
use self::contexts::split;
use self::entities::{Asked, Batch, Representations, merge, merge_at, object_places, place_errors};
use self::rename::rename;
use self::tree::{Kept, Node, Object};
use crate::error::{GraphError, PathSegment, codes};
use crate::plan::compiled::{EntityFetch, Fetch, FetchKind, Plan, Rename};
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
    pub(crate) entities_per_request: usize,
}

/// What running a plan came to.
#[derive(Default)]
pub(crate) struct Outcome<'a> {
    pub(crate) root: Object<'a>,
    pub(crate) errors: Vec<GraphError>,
    /// Whether a subgraph gave a kept answer again, for an idempotency key.
    pub(crate) replayed: bool,
}

/// Runs a plan. What could not be had within the limit is missing, with an error that says so.
pub(crate) async fn run<'a>(plan: &'a Plan, run: &Run<'_>, kept: &'a Kept) -> Outcome<'a> {
    let running = Running { run, kept, outcome: Mutex::new(Outcome::default()), key: Mutex::new(None) };
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

/// What a fetch asks with the tree as it is when it starts.
struct Question<'a> {
    text: Text<'a>,
    /// Variables beside the client's and the representations.
    variables: Vec<(Name, Value)>,
    lists: Vec<Asked<'a>>,
}

/// The operation that is sent.
enum Text<'a> {
    Planned(&'a Fetch),
    /// Written for this request alone.
    Written(Arc<str>),
}

impl Text<'_> {
    fn query(&self) -> Arc<str> {
        match self {
            Self::Planned(fetch) => Arc::clone(&fetch.query),
            Self::Written(query) => Arc::clone(query),
        }
    }

    /// The query, parsed.
    fn document(&self) -> Option<Arc<ExecutableDocument>> {
        match self {
            Self::Planned(fetch) => fetch.document(),
            Self::Written(query) => parse_query(query).ok().map(Arc::new),
        }
    }
}

struct Running<'r, 'a> {
    run: &'r Run<'r>,
    kept: &'a Kept,
    outcome: Mutex<Outcome<'a>>,
    /// The idempotency key of the part that runs.
    key: Mutex<Option<Arc<str>>>,
}

impl<'a> Running<'_, 'a> {
    async fn parts(&self, plan: &'a Plan) {
        for part in &plan.parts {
            let key = part.idempotency.as_ref().and_then(|key| key.resolve(self.run.values));
            *lock(&self.key) = key;
            self.part(&part.fetches).await;
        }
    }

    /// Runs fetches, each as soon as those that it waits for have ended.
    async fn part(&self, fetches: &'a [Fetch]) {
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

    async fn fetch(&self, fetch: &'a Fetch) {
        let Some(transport) = self.run.transports.get(fetch.subgraph) else { return };
        match &fetch.kind {
            FetchKind::Root { path, renames, keys } => {
                let mut places = Vec::new();
                if !path.is_empty() {
                    places = object_places(&lock(&self.outcome).root, path);
                    if places.is_empty() {
                        return;
                    }
                }
                let question = Question { text: Text::Planned(fetch), variables: Vec::new(), lists: Vec::new() };
                let answer = self.ask(fetch, &**transport, &question, Vec::new()).await;
                self.integrate_fields(answer, path.is_empty(), &places, renames, keys);
            }
            FetchKind::Entities(entities) => {
                let mut question = self.question(fetch, entities, transport.in_memory());
                if question.lists.iter().all(Asked::is_empty) {
                    return;
                }
                let answer = self.ask_for_entities(fetch, &**transport, &mut question).await;
                self.integrate_entities(answer, question.lists);
            }
        }
    }

    /// What is asked for the entities that are in the tree now.
    fn question(&self, fetch: &'a Fetch, entities: &'a [EntityFetch], as_values: bool) -> Question<'a> {
        let root = &lock(&self.outcome).root;
        if let Some(contextual) = &fetch.contextual {
            return split(root, fetch, entities, contextual, as_values);
        }
        let lists = entities.iter().map(|entity| Asked::planned(entity, Batch::collect(root, entity, as_values)));
        Question { text: Text::Planned(fetch), variables: Vec::new(), lists: lists.collect() }
    }

    /// Asks for entities, in several requests where there are many.
    async fn ask_for_entities(
        &self,
        fetch: &Fetch,
        transport: &dyn SubgraphTransport,
        question: &mut Question<'a>,
    ) -> Answer<'a> {
        let counts: Vec<usize> = question.lists.iter().map(Asked::count).collect();
        let chunks: Vec<_> = cut(&counts, self.run.entities_per_request)
            .into_iter()
            .map(|chunk| {
                let lists = question.lists.iter_mut().zip(chunk.counts());
                let lists: Vec<_> = lists.map(|(list, count)| (list.variable.clone(), list.next(*count))).collect();
                (chunk, lists)
            })
            .collect();
        let question = &*question;
        let mut requests: FuturesOrdered<_> = chunks
            .into_iter()
            .map(|(chunk, lists)| async move {
                let answer = self.ask(fetch, transport, question, lists).await;
                if chunk.fits(&answer, &question.lists) {
                    return (chunk, answer);
                }
                tracing::warn!(subgraph = self.name(fetch), "a subgraph answered with other entities than asked for");
                (chunk, Answer::unusable())
            })
            .collect();
        if requests.len() == 1
            && let Some((_, answer)) = requests.next().await
        {
            return answer;
        }
        join(requests.collect().await, &question.lists, self.kept)
    }

    async fn ask(
        &self,
        fetch: &Fetch,
        transport: &dyn SubgraphTransport,
        question: &Question<'_>,
        representations: Vec<(Name, Representations)>,
    ) -> Answer<'a> {
        let mut variables = Variables::default();
        let mut json_variables = Vec::new();
        for (name, list) in representations {
            match list {
                Representations::Values(values) => {
                    variables.insert(name, values);
                }
                Representations::Json(json) => json_variables.push((name, json)),
            }
        }
        for name in &fetch.variables {
            if let Some(value) = self.run.values.get(name) {
                variables.insert(name.clone(), value.clone());
            }
        }
        for (name, value) in &question.variables {
            variables.insert(name.clone(), value.clone());
        }
        let mut context = self.run.context.clone();
        if let Some(key) = lock(&self.key).clone() {
            context.idempotency_key = Some(key);
        }
        let document = if transport.in_memory() { question.text.document() } else { None };
        let request = GraphRequest { query: question.text.query(), document, variables, json_variables, context };
        let name = self.name(fetch);
        match transport.execute(request).await {
            Ok(answer) => read(self.kept.answer(answer), self.kept, name, self.run.mask),
            Err(error) => {
                tracing::warn!(subgraph = name, %error, "a subgraph did not answer");
                Answer::none(&error)
            }
        }
    }

    fn name(&self, fetch: &Fetch) -> &str {
        self.run.names.get(fetch.subgraph).map_or("", String::as_str)
    }

    fn integrate_fields(
        &self,
        answer: Answer<'a>,
        at_root: bool,
        places: &[Vec<u32>],
        renames: &'a [Rename],
        keys: &[Name],
    ) {
        let mut outcome = lock(&self.outcome);
        let outcome = &mut *outcome;
        outcome.replayed |= answer.replayed;
        let mut data = answer.data;
        for wanted in renames {
            rename(wanted, &mut data);
        }
        let empty = data.is_null();
        match data {
            Node::Object(object) if at_root => outcome.root.merge(object),
            Node::Object(object) => merge_at(&mut outcome.root, places, &object),
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
                // Places in a subgraph's document mean nothing to a client.
                error.locations.clear();
                outcome.errors.push(error);
            }
        }
    }

    fn integrate_entities(&self, answer: Answer<'a>, lists: Vec<Asked<'a>>) {
        let mut outcome = lock(&self.outcome);
        let outcome = &mut *outcome;
        outcome.replayed |= answer.replayed;
        place_errors(answer.errors, &lists, &outcome.root, &answer.data, &mut outcome.errors);
        let Node::Object(mut data) = answer.data else { return };
        for list in lists {
            if let Some(at) = data.position(&list.alias) {
                let (_, items) = data.entries.swap_remove(at);
                merge(&mut outcome.root, list, items);
            }
        }
    }
}

/// A failure of a whole request to the root concerns each of its fields.
fn at_each_root_key(error: &GraphError, keys: &[Name]) -> Vec<GraphError> {
    if keys.is_empty() {
        return vec![error.clone()];
    }
    keys.iter().map(|key| error.clone().at(vec![PathSegment::Key(key.clone())])).collect()
}
