//! Whether two supergraphs are the same: types, fields, arguments, defaults and directives, in whatever order.

use std::collections::BTreeSet;

use async_graphql::Positioned;
use async_graphql::parser::types::{
    ConstDirective, FieldDefinition, InputValueDefinition, InterfaceType, ObjectType, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};

/// What the second lacks or has in addition, a sentence each.
pub(crate) fn differences(expected: &str, actual: &str) -> Vec<String> {
    let (expected, actual) = (statements(expected), statements(actual));
    let missing = expected.difference(&actual).map(|statement| format!("the supergraph lacks: {statement}"));
    let more = actual.difference(&expected).map(|statement| format!("the supergraph has in addition: {statement}"));
    missing.chain(more).collect()
}

fn statements(sdl: &str) -> BTreeSet<String> {
    let document = async_graphql::parser::parse_schema(sdl).unwrap();
    let mut found = Statements(BTreeSet::new());
    for definition in document.definitions {
        if let TypeSystemDefinition::Type(ty) = definition {
            found.ty(ty.node);
        }
    }
    found.0
}

struct Statements(BTreeSet<String>);

impl Statements {
    fn ty(&mut self, ty: TypeDefinition) {
        let name = ty.name.node.as_str();
        self.add("type", name, &ty.directives);
        match ty.kind {
            TypeKind::Object(ObjectType { implements, fields })
            | TypeKind::Interface(InterfaceType { implements, fields }) => {
                for interface in implements {
                    self.0.insert(format!("{name} implements {}", interface.node));
                }
                fields.into_iter().for_each(|field| self.field(name, field.node));
            }
            TypeKind::Union(union) => {
                for member in union.members {
                    self.0.insert(format!("{name} | {}", member.node));
                }
            }
            TypeKind::Enum(values) => {
                for value in values.values {
                    let place = format!("{name}.{}", value.node.value.node);
                    self.add("value", &place, &value.node.directives);
                }
            }
            TypeKind::InputObject(input) => {
                input.fields.into_iter().for_each(|field| self.input("input", name, field.node));
            }
            TypeKind::Scalar => {}
        }
    }

    fn field(&mut self, ty: &str, field: FieldDefinition) {
        let place = format!("{ty}.{}", field.name.node);
        self.add("field", &format!("{place}: {}", field.ty.node), &field.directives);
        field.arguments.into_iter().for_each(|argument| self.input("argument", &place, argument.node));
    }

    fn input(&mut self, kind: &str, owner: &str, input: InputValueDefinition) {
        let default = input.default_value.map_or(String::new(), |default| format!(" = {}", default.node));
        let place = format!("{owner}.{}: {}{default}", input.name.node, input.ty.node);
        self.add(kind, &place, &input.directives);
    }

    fn add(&mut self, kind: &str, place: &str, directives: &[Positioned<ConstDirective>]) {
        self.0.insert(format!("{kind} {place}"));
        for applied in directives {
            self.0.insert(format!("{kind} {place} {}", directive(&applied.node)));
        }
    }
}

/// A directive; default values and white space in field sets mean nothing.
fn directive(directive: &ConstDirective) -> String {
    let arguments = directive.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node));
    let mut arguments: Vec<String> = arguments.filter(|argument| argument != "resolvable: true").collect();
    for argument in &mut arguments {
        *argument = argument.replace("\\n", " ").replace('{', " { ").replace('}', " } ");
        *argument = argument.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    arguments.sort();
    format!("@{}({})", directive.name.node, arguments.join(", "))
}
