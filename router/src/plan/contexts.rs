//! Contexts: arguments that a subgraph wants to be told from an object above the one that it is asked for.
//!
//! `@fromContext` names a context and what to select there. The context is that of the nearest object on the way from
//! the root whose type sets it. What is selected of that object is fetched before, and travels as a variable.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ConstDirective, TypeDefinition};
use async_graphql::{Name, Positioned, Value};

use super::supergraph::{Supergraph, TypeId};
use super::wants::{WantSet, parse_field_set};
use crate::compose::Meanings;

/// An argument that is taken from a context.
#[derive(Debug)]
pub(super) struct ContextArgument {
    pub(super) name: Name,
    /// Its type.
    pub(super) shape: Arc<str>,
    pub(super) setters: Arc<Setters>,
    pub(super) selection: Arc<WantSet>,
}

/// The types that set a context.
#[derive(Debug, Default)]
pub(super) struct Setters {
    types: Vec<TypeId>,
    /// The object types among them and behind them.
    objects: HashSet<TypeId>,
}

/// Whether the objects of a type set a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sets {
    All,
    Some,
    None,
}

impl Setters {
    pub(super) fn among(&self, graph: &Supergraph, ty: TypeId) -> Sets {
        if self.types.contains(&ty) {
            return Sets::All;
        }
        let possible = &graph.ty(ty).possible;
        match possible.iter().filter(|object| self.objects.contains(object)).count() {
            0 => Sets::None,
            some if some == possible.len() => Sets::All,
            _ => Sets::Some,
        }
    }
}

/// The contexts of a supergraph, by name.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    setters: HashMap<String, Arc<Setters>>,
}

impl Contexts {
    /// Finds out which types set which contexts. What belongs to which abstract type must be known.
    pub(super) fn read(definitions: &[&TypeDefinition], meanings: &Meanings, graph: &Supergraph) -> Self {
        let mut found: HashMap<String, Setters> = HashMap::new();
        for definition in definitions {
            let Some(ty) = graph.id(&definition.name.node) else { continue };
            for directive in &definition.directives {
                if meanings.of(&directive.node.name.node) != Some("context") {
                    continue;
                }
                let name = directive.node.get_argument("name").map(|value| &value.node);
                if let Some(Value::String(name)) = name {
                    let setters = found.entry(name.clone()).or_default();
                    setters.types.push(ty);
                    setters.objects.extend(&graph.ty(ty).possible);
                }
            }
        }
        Self { setters: found.into_iter().map(|(name, setters)| (name, Arc::new(setters))).collect() }
    }

    pub(super) fn setters(&self) -> impl Iterator<Item = &Arc<Setters>> {
        self.setters.values()
    }

    /// The arguments of a field that a subgraph takes from contexts. The error is a sentence.
    pub(super) fn arguments(
        &self,
        directive: &Positioned<ConstDirective>,
        graph: &Supergraph,
    ) -> Result<Arc<[ContextArgument]>, String> {
        let given = match directive.node.get_argument("contextArguments").map(|value| &value.node) {
            None | Some(Value::Null) => return Ok(Arc::default()),
            Some(Value::List(given)) => given.as_slice(),
            Some(single) => std::slice::from_ref(single),
        };
        let read = |value: &Value| match value {
            Value::Object(fields) => self.argument(fields, graph),
            other => Err(format!("{other} is no join__ContextArgument")),
        };
        given.iter().map(read).collect()
    }

    fn argument(&self, fields: &IndexMap<Name, Value>, graph: &Supergraph) -> Result<ContextArgument, String> {
        let text = |key: &str| match fields.get(key) {
            Some(Value::String(text)) => Ok(text.as_str()),
            _ => Err(format!("a join__ContextArgument has no {key}")),
        };
        let context = text("context")?;
        let setters = self.setters.get(context).ok_or_else(|| format!("no type sets the context {context}"))?;
        let selection = text("selection")?.trim();
        let inner = selection.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(selection);
        Ok(ContextArgument {
            name: Name::new(text("name")?),
            shape: text("type")?.into(),
            setters: Arc::clone(setters),
            selection: parse_field_set(inner, graph)?,
        })
    }
}

/// The names of fields that need a context, themselves or by what they require.
pub(super) fn contextual_fields(graph: &Supergraph) -> HashSet<Name> {
    let mut names: HashSet<Name> = HashSet::new();
    loop {
        let before = names.len();
        for (name, field) in graph.types.iter().flat_map(|ty| &ty.fields) {
            let needs = |set: &Arc<WantSet>| mentions(set, &names);
            if field.owners.iter().any(|owner| !owner.contexts.is_empty() || owner.requires.as_ref().is_some_and(needs))
            {
                names.insert(name.clone());
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

/// Whether a set has a field of one of these names.
pub(super) fn mentions(set: &WantSet, names: &HashSet<Name>) -> bool {
    let in_set = |set: &Arc<WantSet>| mentions(set, names);
    set.fields.iter().any(|want| names.contains(&want.name) || want.set.as_ref().is_some_and(in_set))
        || set.on.iter().any(|(_, inner)| in_set(inner))
}
