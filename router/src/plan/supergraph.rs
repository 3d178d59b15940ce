//! The supergraph as the planner reads it: which subgraph resolves which field of which type, and by what keys a
//! subgraph can be entered.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::parser::types::{
    BaseType, ConstDirective, EnumType, FieldDefinition, ServiceDocument, Type as TypeSyntax, TypeDefinition,
    TypeKind as Syntax, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned, Value};

use super::contexts::{ContextArgument, Contexts, Setters, contextual_fields};
use super::wants::{WantSet, parse_field_set};
use crate::compose::Meanings;

/// A subgraph's position in [`Supergraph::subgraphs`].
pub(super) type SubgraphId = u8;
/// A type's position in [`Supergraph::types`].
pub(super) type TypeId = u32;
/// A set of subgraphs.
pub(super) type Mask = u128;

/// How many subgraphs a supergraph may have.
const MOST_SUBGRAPHS: usize = 128;

/// A subgraph of the supergraph.
#[derive(Clone, Debug)]
pub(crate) struct SubgraphInfo {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// What planning needs to know of a supergraph.
#[derive(Debug)]
pub(crate) struct Supergraph {
    pub(crate) subgraphs: Vec<SubgraphInfo>,
    pub(super) types: Vec<Type>,
    by_name: HashMap<Name, TypeId>,
    pub(super) query: TypeId,
    /// The labels of progressive overrides.
    pub(crate) labels: Vec<String>,
    /// Whether some union has other members in one subgraph than in another.
    pub(super) has_uneven_unions: bool,
    /// The names of the fields that labels move.
    pub(super) overridden: HashSet<String>,
    /// The names of the fields that need a context, themselves or by what they require.
    pub(super) contextual: HashSet<Name>,
    /// The types that set each context.
    pub(super) contexts: Vec<Arc<Setters>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Leaf,
    Object,
    Interface,
    Union,
}

#[derive(Debug)]
pub(super) struct Type {
    pub(super) name: Name,
    pub(super) kind: Kind,
    pub(super) fields: HashMap<Name, Field>,
    /// The object types that it may be; itself where it is one.
    pub(super) possible: Vec<TypeId>,
    /// The interfaces of an object type.
    pub(super) interfaces: Vec<TypeId>,
    /// What each subgraph knows of it.
    here: Vec<Option<TypeHere>>,
}

/// What one subgraph knows of a type.
#[derive(Debug, Default)]
pub(super) struct TypeHere {
    /// The keys by which it can be entered.
    pub(super) keys: Vec<Arc<WantSet>>,
    /// An interface that this subgraph treats as an object.
    pub(super) interface_object: bool,
    /// The object types that it may be here.
    pub(super) possible: Vec<TypeId>,
}

#[derive(Debug)]
pub(super) struct Field {
    /// The named type of the field in the whole.
    pub(super) target: TypeId,
    pub(super) owners: Vec<Owner>,
}

/// A subgraph that has a field.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) subgraph: SubgraphId,
    /// The named type of the field there.
    pub(super) target: TypeId,
    /// The whole type there, with lists and non-null marks.
    pub(super) shape: Arc<str>,
    /// It is resolved elsewhere: only where something provides it is it at hand.
    pub(super) external: bool,
    pub(super) requires: Option<Arc<WantSet>>,
    pub(super) provides: Option<Arc<WantSet>>,
    /// The label of a progressive override, and whether the field is here when the label is on.
    pub(super) label: Option<(usize, bool)>,
    /// The arguments that it takes from contexts.
    pub(super) contexts: Arc<[ContextArgument]>,
}

impl Type {
    fn new(name: Name, kind: Kind, subgraphs: usize) -> Self {
        let here = (0..subgraphs).map(|_| None).collect();
        Self { name, kind, fields: HashMap::new(), possible: Vec::new(), interfaces: Vec::new(), here }
    }

    pub(super) fn here(&self, subgraph: SubgraphId) -> Option<&TypeHere> {
        self.here.get(usize::from(subgraph))?.as_ref()
    }

    pub(super) fn is_abstract(&self) -> bool {
        matches!(self.kind, Kind::Interface | Kind::Union)
    }
}

impl Supergraph {
    pub(super) fn id(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn ty(&self, id: TypeId) -> &Type {
        &self.types[id as usize]
    }

    /// Whether a subgraph answers with objects of abstract type `ty`, of which it knows the concrete types.
    pub(super) fn is_abstract_in(&self, ty: TypeId, subgraph: SubgraphId) -> bool {
        let ty = self.ty(ty);
        ty.is_abstract() && !ty.here(subgraph).is_some_and(|here| here.interface_object)
    }

    /// Whether objects of type `object` are of type `condition`.
    pub(super) fn covers(&self, condition: TypeId, object: TypeId) -> bool {
        condition == object || self.ty(condition).possible.binary_search(&object).is_ok()
    }

    /// Reads a supergraph in the join specification. The error is a sentence.
    pub(super) fn read(document: &ServiceDocument, meanings: &Meanings) -> Result<Self, String> {
        Reader::default().read(document, meanings)
    }
}

#[derive(Default)]
struct Reader {
    graphs: HashMap<Name, SubgraphId>,
    labels: Vec<String>,
    by_name: HashMap<Name, TypeId>,
    contexts: Contexts,
}

impl Reader {
    fn read(mut self, document: &ServiceDocument, meanings: &Meanings) -> Result<Supergraph, String> {
        let mut definitions: Vec<&TypeDefinition> = Vec::new();
        let mut subgraphs = None;
        let mut query = Name::new("Query");
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Type(ty) => match &ty.node.kind {
                    Syntax::Enum(values) if ty.node.name.node == "join__Graph" => {
                        subgraphs = Some(self.subgraphs(values)?);
                    }
                    _ => definitions.push(&ty.node),
                },
                TypeSystemDefinition::Schema(schema) => {
                    if let Some(root) = &schema.node.query {
                        query = root.node.clone();
                    }
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        let subgraphs = subgraphs.ok_or("it has no enum join__Graph")?;
        for (at, definition) in definitions.iter().enumerate() {
            self.by_name.insert(definition.name.node.clone(), TypeId::try_from(at).unwrap_or(TypeId::MAX));
        }
        let mut types: Vec<Type> =
            definitions.iter().map(|definition| self.skeleton(definition, subgraphs.len())).collect();
        // Built-in scalars are not defined in the supergraph.
        for name in ["Boolean", "Float", "ID", "Int", "String"] {
            if !self.by_name.contains_key(name) {
                self.by_name.insert(Name::new(name), TypeId::try_from(types.len()).unwrap_or(TypeId::MAX));
                types.push(Type::new(Name::new(name), Kind::Leaf, subgraphs.len()));
            }
        }
        let mut graph = Supergraph {
            types,
            query: *self.by_name.get(&query).ok_or("it has no query type")?,
            by_name: self.by_name.clone(),
            subgraphs,
            labels: Vec::new(),
            has_uneven_unions: false,
            overridden: HashSet::new(),
            contextual: HashSet::new(),
            contexts: Vec::new(),
        };
        self.possible_types(&definitions, &mut graph)?;
        self.contexts = Contexts::read(&definitions, meanings, &graph);
        for (at, definition) in definitions.iter().enumerate() {
            self.keys(definition, at, &mut graph)?;
            self.fields(definition, at, &mut graph)?;
        }
        graph.has_uneven_unions = graph.types.iter().filter(|ty| ty.kind == Kind::Union).any(|ty| {
            let mut members = ty.here.iter().flatten().map(|here| &here.possible);
            let first = members.next();
            members.any(|other| Some(other) != first)
        });
        graph.labels = self.labels;
        graph.contextual = contextual_fields(&graph);
        graph.contexts = self.contexts.setters().cloned().collect();
        Ok(graph)
    }

    fn subgraphs(&mut self, values: &EnumType) -> Result<Vec<SubgraphInfo>, String> {
        if values.values.len() > MOST_SUBGRAPHS {
            return Err(format!("it has more than {MOST_SUBGRAPHS} subgraphs"));
        }
        let mut subgraphs = Vec::with_capacity(values.values.len());
        for value in &values.values {
            let name = value.node.value.node.clone();
            let graph = value.node.directives.iter().find(|directive| directive.node.name.node == "join__graph");
            let text = |key: &str| graph.and_then(|graph| argument(graph, key)).unwrap_or_default();
            self.graphs.insert(name, SubgraphId::try_from(subgraphs.len()).unwrap_or(SubgraphId::MAX));
            subgraphs.push(SubgraphInfo { name: text("name"), url: text("url") });
        }
        Ok(subgraphs)
    }

    fn graph_of(&self, directive: &Positioned<ConstDirective>) -> Result<Option<SubgraphId>, String> {
        match directive.node.get_argument("graph").map(|value| &value.node) {
            Some(Value::Enum(name)) => {
                self.graphs.get(name).map(|id| Some(*id)).ok_or_else(|| format!("join__Graph has no value {name}"))
            }
            None | Some(Value::Null) => Ok(None),
            Some(other) => Err(format!("{other} is no value of join__Graph")),
        }
    }

    fn skeleton(&self, definition: &TypeDefinition, subgraphs: usize) -> Type {
        let kind = match &definition.kind {
            Syntax::Object(_) => Kind::Object,
            Syntax::Interface(_) => Kind::Interface,
            Syntax::Union(_) => Kind::Union,
            Syntax::Scalar | Syntax::Enum(_) | Syntax::InputObject(_) => Kind::Leaf,
        };
        Type::new(definition.name.node.clone(), kind, subgraphs)
    }

    /// Which object types belong to which abstract types, in the whole and in each subgraph.
    fn possible_types(&self, definitions: &[&TypeDefinition], graph: &mut Supergraph) -> Result<(), String> {
        for (at, definition) in definitions.iter().enumerate() {
            let own = TypeId::try_from(at).unwrap_or(TypeId::MAX);
            for directive in named(&definition.directives, "join__type") {
                let Some(id) = self.graph_of(directive)? else { continue };
                let is_object = graph.types[at].kind == Kind::Object;
                let here = graph.types[at].here[usize::from(id)].get_or_insert_with(TypeHere::default);
                here.interface_object |= flag(directive, "isInterfaceObject");
                if is_object && here.possible.is_empty() {
                    here.possible.push(own);
                }
            }
            if graph.types[at].kind == Kind::Object {
                graph.types[at].possible.push(own);
            }
        }
        for (at, definition) in definitions.iter().enumerate() {
            let own = TypeId::try_from(at).unwrap_or(TypeId::MAX);
            let is_object = graph.types[at].kind == Kind::Object;
            for directive in named(&definition.directives, "join__implements") {
                let (Some(id), Some(interface)) = (self.graph_of(directive)?, argument(directive, "interface")) else {
                    continue;
                };
                let interface = self.type_id(&interface)?;
                if is_object {
                    belongs(graph, interface, own, id);
                    graph.types[at].interfaces.push(interface);
                }
            }
            if let Syntax::Object(object) = &definition.kind {
                for interface in &object.implements {
                    let interface = self.type_id(&interface.node)?;
                    graph.types[at].interfaces.push(interface);
                    graph.types[interface as usize].possible.push(own);
                }
            }
            graph.types[at].interfaces.sort_unstable();
            graph.types[at].interfaces.dedup();
            for directive in named(&definition.directives, "join__unionMember") {
                let (Some(id), Some(member)) = (self.graph_of(directive)?, argument(directive, "member")) else {
                    continue;
                };
                let member = self.type_id(&member)?;
                belongs(graph, own, member, id);
            }
        }
        for ty in &mut graph.types {
            for possible in
                ty.here.iter_mut().flatten().map(|here| &mut here.possible).chain(std::iter::once(&mut ty.possible))
            {
                possible.sort_unstable();
                possible.dedup();
            }
        }
        Ok(())
    }

    fn type_id(&self, name: &str) -> Result<TypeId, String> {
        self.by_name.get(name).copied().ok_or_else(|| format!("type {name} does not exist"))
    }

    fn keys(&self, definition: &TypeDefinition, at: usize, graph: &mut Supergraph) -> Result<(), String> {
        for directive in named(&definition.directives, "join__type") {
            let (Some(id), Some(key)) = (self.graph_of(directive)?, argument(directive, "key")) else { continue };
            let resolvable = !matches!(
                directive.node.get_argument("resolvable").map(|value| &value.node),
                Some(Value::Boolean(false))
            );
            if !resolvable {
                continue;
            }
            let set = parse_field_set(&key, graph)?;
            if let Some(here) = &mut graph.types[at].here[usize::from(id)] {
                here.keys.push(set);
            }
        }
        Ok(())
    }

    fn fields(&mut self, definition: &TypeDefinition, at: usize, graph: &mut Supergraph) -> Result<(), String> {
        let fields = match &definition.kind {
            Syntax::Object(object) => &object.fields,
            Syntax::Interface(interface) => &interface.fields,
            _ => return Ok(()),
        };
        for field in fields {
            let owners = self.owners(&field.node, at, graph)?;
            if owners.iter().any(|owner| owner.label.is_some()) {
                graph.overridden.insert(field.node.name.node.to_string());
            }
            let target = self.type_id(type_name(&field.node.ty.node))?;
            graph.types[at].fields.insert(field.node.name.node.clone(), Field { target, owners });
        }
        Ok(())
    }

    fn owners(&mut self, field: &FieldDefinition, at: usize, graph: &Supergraph) -> Result<Vec<Owner>, String> {
        let target = self.type_id(type_name(&field.ty.node))?;
        let shape: Arc<str> = field.ty.node.to_string().into();
        let plain = |subgraph| Owner {
            subgraph,
            target,
            shape: Arc::clone(&shape),
            external: false,
            requires: None,
            provides: None,
            label: None,
            contexts: Arc::default(),
        };
        let mut owners = Vec::new();
        let mut everywhere = true;
        for directive in named(&field.directives, "join__field") {
            everywhere = false;
            let Some(subgraph) = self.graph_of(directive)? else { continue };
            let set = |key: &str| argument(directive, key).map(|text| parse_field_set(&text, graph)).transpose();
            let mut owner = plain(subgraph);
            if let Some(text) = argument(directive, "type") {
                let ty = TypeSyntax::new(&text).ok_or_else(|| format!("\"{text}\" is no type"))?;
                owner.target = self.type_id(type_name(&ty))?;
                owner.shape = text.into();
            }
            owner.external = flag(directive, "external") || flag(directive, "usedOverridden");
            owner.requires = set("requires")?;
            owner.provides = set("provides")?;
            if let Some(label) = argument(directive, "overrideLabel") {
                owner.label = Some((self.label(label), argument(directive, "override").is_some()));
                // With a label, the field that is overridden is at hand as long as the label is off.
                owner.external = flag(directive, "external");
            }
            owner.contexts = self.contexts.arguments(directive, graph)?;
            owners.push(owner);
        }
        if everywhere {
            let subgraphs = graph.types[at].here.iter().enumerate().filter(|(_, here)| here.is_some());
            owners.extend(subgraphs.map(|(id, _)| plain(SubgraphId::try_from(id).unwrap_or(SubgraphId::MAX))));
        }
        Ok(owners)
    }

    fn label(&mut self, label: String) -> usize {
        self.labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        })
    }
}

fn belongs(graph: &mut Supergraph, of: TypeId, member: TypeId, subgraph: SubgraphId) {
    let ty = &mut graph.types[of as usize];
    ty.possible.push(member);
    if let Some(here) = &mut ty.here[usize::from(subgraph)] {
        here.possible.push(member);
    }
}

fn named<'a>(
    directives: &'a [Positioned<ConstDirective>],
    name: &'a str,
) -> impl Iterator<Item = &'a Positioned<ConstDirective>> {
    directives.iter().filter(move |directive| directive.node.name.node == name)
}

fn argument(directive: &Positioned<ConstDirective>, name: &str) -> Option<String> {
    match directive.node.get_argument(name).map(|value| &value.node) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}

fn flag(directive: &Positioned<ConstDirective>, name: &str) -> bool {
    matches!(directive.node.get_argument(name).map(|value| &value.node), Some(Value::Boolean(true)))
}

pub(super) fn type_name(ty: &TypeSyntax) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => type_name(inner),
    }
}
