//! Operations that were parsed and validated once, and their plans.

use std::collections::HashSet;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Name, Value};
use platform::identity::Principal;

use super::compiled::{Plan, PlanPart, weight};
use super::engine::{PlanEngine, View};
use super::projection::{self, Marks};
use super::selection::{Expander, Item};
use super::variables::{self, Values, VariableSpec};
use crate::error::{GraphError, codes};
use crate::guard::{Limits, RequirementId, check, count};
use crate::operation::{
    Directive, Document, Operation, OperationKind, Selection, Value as Literal, VariableDefinition, argument, parse,
    validate,
};
use crate::schema::Schema;

/// The key that a mutation field's `@idempotent` gives.
#[derive(Clone, Debug)]
pub(crate) enum IdempotencyKey {
    Literal(Arc<str>),
    Variable(Name),
}

impl IdempotencyKey {
    /// The key's text.
    pub(crate) fn resolve(&self, values: &Values) -> Option<Arc<str>> {
        match self {
            Self::Literal(text) => Some(Arc::clone(text)),
            Self::Variable(name) => match values.get(name) {
                Some(Value::String(text)) => Some(Arc::from(text.as_str())),
                _ => None,
            },
        }
    }
}

/// Which plan of an operation a request needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct VariantKey {
    /// A bit for each condition variable: whether it is true.
    conditions: u64,
    /// The requirements that the principal lacks.
    denied: Vec<RequirementId>,
    /// Which labels of progressive overrides are on, of all where the operation touches any.
    labels: Vec<bool>,
}

/// How many plans an operation keeps.
const KEPT_VARIANTS: usize = 64;

/// A validated operation.
pub(crate) struct Prepared {
    /// The text and name that it was prepared from, to be compared on every hit in the cache.
    pub(crate) text: Box<str>,
    pub(crate) requested_name: Option<Box<str>>,
    /// Whether it was validated against the internal view.
    pub(crate) internal: bool,
    /// The key under which the cache keeps it; none for operations that are kept elsewhere.
    pub(crate) cache_key: Option<u64>,
    pub(crate) kind: OperationKind,
    /// What it costs: one for each selection, fragments expanded.
    pub(crate) cost: u64,
    pub(crate) variables: Vec<VariableSpec>,
    document: Document,
    conditions: Vec<Name>,
    requirements: Vec<RequirementId>,
    /// The policies that the requirements ask for.
    pub(crate) policies: Vec<String>,
    /// Whether it selects fields of progressive overrides.
    overrides: bool,
    marks: Marks,
    variants: Mutex<Vec<(VariantKey, Arc<Plan>)>>,
}

/// What to prepare.
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) operation_name: Option<&'a str>,
    pub(crate) internal: bool,
    /// Places in the answer whose bytes the caller wants to know.
    pub(crate) marks: Marks,
    pub(crate) cache_key: Option<u64>,
}

/// A plan, and whether it was made just now.
pub(crate) struct Planned {
    pub(crate) plan: Arc<Plan>,
    pub(crate) is_new: bool,
}

/// Parses, bounds and validates an operation.
pub(crate) fn prepare(
    engine: &PlanEngine,
    limits: &Limits,
    introspection: bool,
    source: Source<'_>,
) -> Result<Prepared, Vec<GraphError>> {
    if source.text.len() > limits.document_bytes {
        let message = format!("The document is longer than {} bytes.", limits.document_bytes);
        return Err(vec![GraphError::new(codes::TOO_COMPLEX, message)]);
    }
    let document = parse(source.text, limits.tokens).map_err(|error| vec![error.into_graph_error(source.text)])?;
    prepare_document(engine, limits, introspection, document, source)
}

/// Bounds and validates an operation that was parsed.
pub(crate) fn prepare_document(
    engine: &PlanEngine,
    limits: &Limits,
    introspection: bool,
    document: Document,
    source: Source<'_>,
) -> Result<Prepared, Vec<GraphError>> {
    let counts = count(&document).map_err(|error| vec![error])?;
    check(&counts, limits).map_err(|error| vec![error])?;
    let view = engine.view(source.internal);
    validate(&view.schema, source.text, &document)?;
    let cost = u64::try_from(counts.selections).unwrap_or(u64::MAX);
    Prepared::new(engine, view, document, cost, introspection, source).map_err(|error| vec![error])
}

impl Prepared {
    fn new(
        engine: &PlanEngine,
        view: &View,
        document: Document,
        cost: u64,
        introspection: bool,
        source: Source<'_>,
    ) -> Result<Self, GraphError> {
        let operation = select_operation(&document, source.operation_name)?;
        let mut found = Findings::default();
        find(&view.schema, engine, root_name(view, operation.kind)?, &operation.selections, &mut found);
        for fragment in &document.fragments {
            find(&view.schema, engine, &fragment.on, &fragment.selections, &mut found);
        }
        if found.reserved_alias {
            return Err(GraphError::new(codes::VALIDATION, "Aliases that begin with \"__\" are reserved."));
        }
        if found.introspects && !introspection && !source.internal {
            return Err(GraphError::new(codes::INTROSPECTION, "Introspection is switched off."));
        }
        if found.conditions.len() > 64 {
            return Err(GraphError::new(codes::TOO_COMPLEX, "The operation has too many conditions."));
        }
        found.requirements.sort_unstable();
        found.requirements.dedup();
        Ok(Self {
            // Only what is in the cache is ever compared.
            text: if source.cache_key.is_some() { source.text.into() } else { "".into() },
            requested_name: source.operation_name.map(Into::into),
            internal: source.internal,
            cache_key: source.cache_key,
            kind: operation.kind,
            cost,
            variables: variables::read(&operation.variables),
            conditions: found.conditions,
            policies: engine.rules.policies(&found.requirements),
            requirements: found.requirements,
            overrides: found.overrides,
            marks: source.marks,
            variants: Mutex::new(Vec::new()),
            document,
        })
    }

    /// The plan for a request of a principal for whom these policies hold.
    pub(crate) fn plan(
        &self,
        engine: &PlanEngine,
        values: &Values,
        principal: &Principal,
        policies: &HashSet<String>,
        label: impl Fn(&str) -> bool,
    ) -> Result<Planned, GraphError> {
        let key = VariantKey {
            conditions: self.conditions.iter().enumerate().fold(0, |bits, (at, name)| {
                bits | (u64::from(matches!(values.get(name), Some(Value::Boolean(true)))) << at)
            }),
            denied: self
                .requirements
                .iter()
                .copied()
                .filter(|requirement| !engine.rules.holds(*requirement, principal, policies))
                .collect(),
            labels: if self.overrides { engine.labels().iter().map(|name| label(name)).collect() } else { Vec::new() },
        };
        {
            let variants = self.variants.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, plan)) = variants.iter().find(|(known, _)| *known == key) {
                return Ok(Planned { plan: Arc::clone(plan), is_new: false });
            }
        }
        let plan = Arc::new(self.compile(engine, &key)?);
        let mut variants = self.variants.lock().unwrap_or_else(PoisonError::into_inner);
        if variants.len() < KEPT_VARIANTS {
            variants.push((key, Arc::clone(&plan)));
        }
        Ok(Planned { plan, is_new: true })
    }

    /// What traces call it: its kind, and its name when it has one.
    pub(crate) fn title(&self) -> String {
        let kind = match self.kind {
            OperationKind::Query => "query",
            OperationKind::Mutation => "mutation",
            OperationKind::Subscription => "subscription",
        };
        let operation = select_operation(&self.document, self.requested_name.as_deref()).ok();
        match operation.and_then(|operation| operation.name.as_ref()) {
            Some(name) => format!("{kind} {name}"),
            None => kind.to_owned(),
        }
    }

    /// How much memory the operation takes, about, in bytes.
    pub(crate) fn weight(&self) -> u32 {
        let variants = self.variants.lock().unwrap_or_else(PoisonError::into_inner);
        let plans: usize = variants.iter().map(|(_, plan)| weight(plan)).sum();
        u32::try_from(1_000 + self.text.len() * 12 + plans).unwrap_or(u32::MAX)
    }

    fn compile(&self, engine: &PlanEngine, key: &VariantKey) -> Result<Plan, GraphError> {
        let view = engine.view(self.internal);
        let operation = select_operation(&self.document, self.requested_name.as_deref())?;
        let (kind, definitions) = (operation.kind, operation.variables.as_slice());
        let root = root_name(view, kind)?;
        let expander = Expander {
            schema: &view.schema,
            fragments: self.document.fragments.iter().map(|fragment| (&*fragment.name, fragment)).collect(),
            condition: &|name: &str| {
                let at = self.conditions.iter().position(|known| known.as_str() == name);
                at.is_some_and(|at| key.conditions & (1 << at) != 0)
            },
            denied: &|ty: &str, field: &str| {
                engine.rules.of_field(ty, field).iter().any(|requirement| key.denied.contains(requirement))
            },
        };
        let items = expander.expand(root, &operation.selections);
        let projection = projection::compile(&view.schema, root, &items, &self.marks)?;
        let parts = match kind {
            OperationKind::Mutation => mutation_parts(engine, root, &items, definitions, &key.labels)?,
            _ => {
                let fetches = engine.plan(kind, root, &items, definitions, &key.labels)?;
                if fetches.is_empty() { Vec::new() } else { vec![PlanPart { fetches, idempotency: None }] }
            }
        };
        let introspects =
            projection.root.fields.iter().any(|field| field.name.starts_with("__") && &*field.name != "__typename");
        Ok(Plan { parts, projection, introspects, answer_bytes: AtomicUsize::default() })
    }
}

/// A field starts after everything of the one before it has ended: fields are planned by themselves. Neighbours that
/// one request to one subgraph answers whole travel together, since the subgraph keeps their order.
fn mutation_parts(
    engine: &PlanEngine,
    root: &str,
    items: &[Item<'_>],
    definitions: &[VariableDefinition],
    labels: &[bool],
) -> Result<Vec<PlanPart>, GraphError> {
    let mut groups: Vec<(Name, Vec<Item<'_>>)> = Vec::new();
    group_root_fields(items, &mut groups);
    let plan = |items: &[Item<'_>]| engine.plan(OperationKind::Mutation, root, items, definitions, labels);
    let mut parts: Vec<(PlanPart, Vec<Item<'_>>)> = Vec::with_capacity(groups.len());
    for (_, items) in groups {
        let idempotency = items.iter().find_map(|item| match item {
            Item::Field(field) => idempotency_key(field.directives),
            Item::On { .. } => None,
        });
        let fetches = plan(&items)?;
        if fetches.is_empty() {
            continue;
        }
        if let ([fetch], None, Some((last, before))) = (fetches.as_slice(), &idempotency, parts.last_mut())
            && let ([known], None) = (last.fetches.as_slice(), &last.idempotency)
            && known.subgraph == fetch.subgraph
        {
            before.extend(items);
            last.fetches = plan(before)?;
            continue;
        }
        parts.push((PlanPart { fetches, idempotency }, items));
    }
    Ok(parts.into_iter().map(|(part, _)| part).collect())
}

fn group_root_fields<'a>(items: &[Item<'a>], groups: &mut Vec<(Name, Vec<Item<'a>>)>) {
    for item in items {
        match item {
            Item::Field(field) => match groups.iter_mut().find(|(key, _)| key == field.key()) {
                Some((_, group)) => group.push(item.clone()),
                None => groups.push((field.key().clone(), vec![item.clone()])),
            },
            Item::On { items, .. } => group_root_fields(items, groups),
        }
    }
}

fn idempotency_key(directives: &[Directive]) -> Option<IdempotencyKey> {
    let directive = directives.iter().find(|directive| directive.name == "idempotent")?;
    match argument(&directive.arguments, "key") {
        Some(Literal::String(text)) => Some(IdempotencyKey::Literal(Arc::from(text.as_str()))),
        Some(Literal::Variable(name)) => Some(IdempotencyKey::Variable(name.clone())),
        _ => None,
    }
}

fn select_operation<'a>(document: &'a Document, name: Option<&str>) -> Result<&'a Operation, GraphError> {
    match (name, document.operations.as_slice()) {
        (Some(name), operations) => operations
            .iter()
            .find(|operation| operation.name.as_deref() == Some(name))
            .ok_or_else(|| GraphError::new(codes::OPERATION, format!("Unknown operation named \"{name}\"."))),
        (None, [operation]) => Ok(operation),
        (None, []) => Err(GraphError::new(codes::OPERATION, "The document has no operation.")),
        (None, _) => {
            Err(GraphError::new(codes::OPERATION, "Must provide operation name if query contains multiple operations."))
        }
    }
}

fn root_name(view: &View, kind: OperationKind) -> Result<&Name, GraphError> {
    let root = match kind {
        OperationKind::Query => Some(&view.schema.query),
        OperationKind::Mutation => view.schema.mutation.as_ref(),
        OperationKind::Subscription => view.schema.subscription.as_ref(),
    };
    root.ok_or_else(|| GraphError::new(codes::VALIDATION, "The schema has no such kind of operation."))
}

/// What an operation's text refers to.
#[derive(Default)]
struct Findings {
    conditions: Vec<Name>,
    requirements: Vec<RequirementId>,
    overrides: bool,
    introspects: bool,
    reserved_alias: bool,
}

fn find(schema: &Schema, engine: &PlanEngine, parent: &Name, selections: &[Selection], found: &mut Findings) {
    for selection in selections {
        let directives = match selection {
            Selection::Field(field) => {
                found.requirements.extend(engine.rules.of_field(parent, &field.name));
                found.overrides |= engine.is_overridden(&field.name);
                found.introspects |= matches!(field.name.as_str(), "__schema" | "__type");
                found.reserved_alias |= field.alias.as_ref().is_some_and(|alias| alias.starts_with("__"));
                let info = schema.get(parent).and_then(|ty| ty.fields.get(field.name.as_str()));
                if let Some(info) = info {
                    find(schema, engine, info.ty.name(), &field.selections, found);
                }
                &field.directives
            }
            Selection::Inline(fragment) => {
                find(schema, engine, fragment.on.as_ref().unwrap_or(parent), &fragment.selections, found);
                &fragment.directives
            }
            Selection::Spread(spread) => &spread.directives,
        };
        for directive in directives.iter().filter(|directive| matches!(directive.name.as_str(), "skip" | "include")) {
            for given in &directive.arguments {
                if let Literal::Variable(name) = &given.value
                    && !found.conditions.contains(name)
                {
                    found.conditions.push(name.clone());
                }
            }
        }
    }
}
