//! From a document to a schema: extensions are folded into their definitions, and every name must stand for something.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::super::model::{
    Directive, DirectiveDefinition, EnumValue, Field, InputValue, Schema, Type, is_builtin_scalar,
};
use super::super::syntax::{
    Definition, DirectiveDefinitionNode, DirectiveNode, Document, FieldNode, InputValueNode, Kind, Position, Root,
    SchemaNode, TypeNode, TypeRef,
};
use super::{Links, Problems, applications, definitions};

/// Builds the schema of a subgraph. It is complete only if there are no problems.
pub(super) fn build(document: Document, links: &Links, problems: &mut Problems<'_>) -> Schema {
    let mut schema = assemble(document, links, problems);
    let own = definitions::check(&mut schema, links, problems);
    definitions::remove_machinery(&mut schema, links);
    check_references(&schema, links, problems);
    applications::check(&schema, links, &own, problems);
    schema
}

/// Puts a schema together, whatever its names stand for.
pub(super) fn assemble(document: Document, links: &Links, problems: &mut Problems<'_>) -> Schema {
    let mut builder = Builder { schema: Schema::default(), links, problems, defined: false };
    let mut extensions = Vec::new();
    for definition in document {
        match definition {
            Definition::Schema(node) if node.extend => extensions.push(Definition::Schema(node)),
            Definition::Type(node) if node.extend => extensions.push(Definition::Type(node)),
            Definition::Schema(node) => builder.schema_definition(node),
            Definition::Type(node) => builder.ty(node),
            Definition::Directive(node) => builder.directive(node),
        }
    }
    for extension in extensions {
        match extension {
            Definition::Schema(node) => builder.schema_definition(node),
            Definition::Type(node) => builder.ty(node),
            Definition::Directive(_) => {}
        }
    }
    builder.default_roots();
    builder.schema
}

struct Builder<'a, 'p> {
    schema: Schema,
    links: &'a Links,
    problems: &'a mut Problems<'p>,
    /// Whether a schema definition has been met.
    defined: bool,
}

impl Builder<'_, '_> {
    fn directives(&self, nodes: Vec<DirectiveNode>, declaration: u32) -> Vec<Directive> {
        nodes
            .into_iter()
            .map(|node| Directive {
                known: self.links.known(&node.name),
                name: node.name,
                arguments: node.arguments,
                position: node.position,
                declaration,
            })
            .collect()
    }

    fn schema_definition(&mut self, node: SchemaNode) {
        if !node.extend {
            if self.defined {
                self.problems.invalid(node.position, "there is more than one schema definition");
            }
            self.defined = true;
            self.schema.description = node.description;
        }
        let directives = self.directives(node.directives, u32::from(node.extend));
        self.schema.directives.extend(directives);
        for (root, name) in node.roots {
            if self.schema.roots.insert(root, name.name).is_some() {
                self.problems.invalid(name.position, format!("there is more than one {} root type", root.keyword()));
            }
        }
    }

    /// Root types have their default names where nothing else is said.
    fn default_roots(&mut self) {
        for root in Root::ALL {
            if !self.schema.roots.contains_key(&root)
                && self.schema.types.get(root.type_name()).is_some_and(|ty| ty.kind == Kind::Object)
            {
                self.schema.roots.insert(root, root.type_name().to_owned());
            }
        }
    }

    fn directive(&mut self, node: DirectiveDefinitionNode) {
        let place = format!("@{}", node.name);
        let definition = DirectiveDefinition {
            description: node.description,
            arguments: self.inputs(node.arguments, &place),
            repeatable: node.repeatable,
            locations: node.locations,
            position: node.position,
        };
        if self.schema.definitions.insert(node.name, definition).is_some() {
            self.problems.invalid(node.position, format!("directive \"{place}\" is defined twice"));
        }
    }

    fn ty(&mut self, node: TypeNode) {
        const INTROSPECTION: [&str; 8] = [
            "__Schema",
            "__Directive",
            "__DirectiveLocation",
            "__Type",
            "__Field",
            "__InputValue",
            "__EnumValue",
            "__TypeKind",
        ];
        if INTROSPECTION.contains(&node.name.as_str()) {
            return;
        }
        if is_builtin_scalar(&node.name) {
            if node.extend || node.kind != Kind::Scalar {
                self.problems.invalid(node.position, format!("built-in type \"{}\" cannot be changed", node.name));
            }
            return;
        }
        let TypeNode { name, kind, position, .. } = node;
        let mut ty = self.schema.types.remove(&name).unwrap_or_else(|| Type { position, ..Type::new(kind) });
        if ty.kind != kind {
            let message = format!("type \"{name}\" is declared as {} and as {}", ty.kind.article(), kind.article());
            self.problems.invalid(position, message);
            self.schema.types.insert(name, ty);
            return;
        }
        let declaration = if node.extend {
            ty.extensions += 1;
            ty.extensions
        } else {
            if ty.defined {
                self.problems.invalid(position, format!("type \"{name}\" is defined twice"));
            }
            ty.defined = true;
            ty.description = node.description;
            0
        };
        let directives = self.directives(node.directives, declaration);
        ty.directives.extend(directives);
        for interface in node.implements {
            if ty.implements.contains(&interface.name) {
                let message = format!("type \"{name}\" implements \"{}\" twice", interface.name);
                self.problems.invalid(interface.position, message);
                continue;
            }
            ty.implements.push(interface.name);
        }
        for member in node.members {
            if ty.members.contains(&member.name) {
                let message = format!("union \"{name}\" has member \"{}\" twice", member.name);
                self.problems.invalid(member.position, message);
                continue;
            }
            ty.members.push(member.name);
        }
        for field in node.fields {
            self.field(&name, field, declaration, &mut ty);
        }
        for value in node.values {
            let directives = self.directives(value.directives, declaration);
            let read = EnumValue { description: value.description, directives, position: value.position };
            if ty.values.insert(value.name.clone(), read).is_some() {
                self.problems.invalid(value.position, format!("enum \"{name}\" has value \"{}\" twice", value.name));
            }
        }
        let inputs = self.inputs(node.inputs, &name);
        for (input, value) in inputs {
            match ty.inputs.entry(input) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(entry) => {
                    let message = format!("input \"{name}\" has field \"{}\" twice", entry.key());
                    self.problems.invalid(value.position, message);
                }
            }
        }
        self.schema.types.insert(name, ty);
    }

    fn field(&mut self, owner: &str, node: FieldNode, declaration: u32, ty: &mut Type) {
        let place = format!("{owner}.{}", node.name);
        let field = Field {
            description: node.description,
            arguments: self.inputs(node.arguments, &place),
            ty: node.ty,
            directives: self.directives(node.directives, 0),
            position: node.position,
            declaration,
        };
        if ty.fields.contains_key(&node.name) {
            self.problems.invalid(node.position, format!("field \"{place}\" is defined twice"));
            return;
        }
        ty.fields.insert(node.name, field);
    }

    fn inputs(&mut self, nodes: Vec<InputValueNode>, place: &str) -> IndexMap<String, InputValue> {
        let mut read = IndexMap::new();
        for node in nodes {
            let value = InputValue {
                description: node.description,
                ty: node.ty,
                default: node.default,
                directives: self.directives(node.directives, 0),
                position: node.position,
            };
            if read.contains_key(&node.name) {
                self.problems.invalid(node.position, format!("\"{place}\" has \"{}\" twice", node.name));
                continue;
            }
            read.insert(node.name, value);
        }
        read
    }
}

/// Every type that is referred to exists and is of the right kind.
fn check_references(schema: &Schema, links: &Links, problems: &mut Problems<'_>) {
    let mut check = |ty: &TypeRef, input: bool, position: Position, place: &dyn Fn() -> String| {
        let name = ty.name();
        let Some(kind) = schema.kind(name) else {
            problems.invalid(position, format!("{} has unknown type \"{name}\"", place()));
            return;
        };
        let fits = if input { matches!(kind, Kind::Scalar | Kind::Enum | Kind::Input) } else { kind != Kind::Input };
        if !fits {
            let message = format!("{} cannot have type \"{name}\", which is {}", place(), kind.article());
            problems.invalid(position, message);
        }
    };
    for (name, ty) in &schema.types {
        for (field_name, field) in &ty.fields {
            check(&field.ty, false, field.position, &|| format!("field \"{name}.{field_name}\""));
            for (argument, value) in &field.arguments {
                check(&value.ty, true, value.position, &|| format!("argument \"{name}.{field_name}({argument}:)\""));
            }
        }
        for (input, value) in &ty.inputs {
            check(&value.ty, true, value.position, &|| format!("input field \"{name}.{input}\""));
        }
    }
    for (name, definition) in &schema.definitions {
        // Directives that are not of the graph may have types that are not, either.
        let arguments = definition.arguments.iter().filter(|(_, value)| !is_machinery(value.ty.name(), links));
        for (argument, value) in arguments {
            check(&value.ty, true, value.position, &|| format!("argument \"@{name}({argument}:)\""));
        }
    }
    for (name, ty) in &schema.types {
        for (others, kind) in [(&ty.implements, Kind::Interface), (&ty.members, Kind::Object)] {
            for other in others.iter().filter(|other| schema.kind(other) != Some(kind)) {
                // A subgraph knows an interface object's interface as an object type, which nothing can implement.
                problems.invalid(ty.position, format!("\"{name}\" names \"{other}\", which is not {}", kind.article()));
            }
        }
    }
    for (root, name) in &schema.roots {
        if schema.roots.iter().any(|(other, taken)| other < root && taken == name) {
            let message = format!("the {} root type \"{name}\" is that of another operation", root.keyword());
            problems.invalid(Position { line: 1, column: 1 }, message);
        }
        if schema.kind(name) != Some(Kind::Object) {
            let message = format!("the {} root type \"{name}\" is no object type", root.keyword());
            problems.invalid(Position { line: 1, column: 1 }, message);
        }
    }
}

/// Types that every subgraph may refer to without defining them.
pub(super) fn is_machinery(name: &str, links: &Links) -> bool {
    matches!(name, "_Any" | "_FieldSet") || links.is_machinery(name)
}

/// Gives root types the names that they have in the supergraph.
pub(super) fn name_roots(schema: &mut Schema, problems: &mut Problems<'_>) {
    let mut renamed = Vec::new();
    for root in Root::ALL {
        let standard = root.type_name();
        let own = schema.roots.get(&root).filter(|own| *own != standard).cloned();
        match (schema.types.get(standard), own) {
            (Some(existing), own) if own.is_some() || existing.kind != Kind::Object => {
                let code = match root {
                    Root::Query => "ROOT_QUERY_USED",
                    Root::Mutation => "ROOT_MUTATION_USED",
                    Root::Subscription => "ROOT_SUBSCRIPTION_USED",
                };
                let message = format!(
                    "type \"{standard}\" is not the {} root type: no other type may have that name",
                    root.keyword()
                );
                problems.add(code, existing.position, message);
            }
            (None, Some(own)) => {
                schema.roots.insert(root, standard.to_owned());
                renamed.push((own, standard));
            }
            _ => {}
        }
    }
    for (own, standard) in renamed {
        if let Some(ty) = schema.types.remove(&own) {
            schema.types.insert(standard.to_owned(), ty);
        }
        for ty in schema.types.values_mut() {
            for field in ty.fields.values_mut().filter(|field| field.ty.name() == own) {
                standard.clone_into(field.ty.name_mut());
            }
            for name in ty.members.iter_mut().filter(|name| **name == own) {
                standard.clone_into(name);
            }
        }
    }
}
