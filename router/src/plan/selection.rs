//! An operation as a tree of fields and type conditions: fragments expanded, conditions decided.

use std::collections::HashMap;

use async_graphql::Name;
use graphql_tools::parser::query as ast;

use crate::schema::{Schema, TypeKind};

/// A field or a type condition.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Field(Box<Field>),
    On { type_name: Name, items: Vec<Item> },
}

/// A field as selected.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The type that it is selected on.
    pub(super) parent: Name,
    pub(super) name: Name,
    pub(super) alias: Option<Name>,
    pub(super) arguments: Vec<(String, ast::Value<'static, String>)>,
    pub(super) directives: Vec<ast::Directive<'static, String>>,
    /// Whether it has fields of its own.
    pub(super) composite: bool,
    pub(super) items: Vec<Item>,
    pub(super) denied: bool,
}

impl Field {
    /// The key of the field in the answer.
    pub(super) fn key(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

/// Expands an operation's selection.
pub(super) struct Expander<'a> {
    pub(super) schema: &'a Schema,
    pub(super) fragments: HashMap<&'a str, &'a ast::FragmentDefinition<'static, String>>,
    /// Decides a condition's variable.
    pub(super) condition: &'a dyn Fn(&str) -> bool,
    /// Whether a field of a type is denied.
    pub(super) denied: &'a dyn Fn(&str, &str) -> bool,
}

impl Expander<'_> {
    pub(super) fn expand(&self, parent: &Name, set: &ast::SelectionSet<'static, String>) -> Vec<Item> {
        let mut items = Vec::with_capacity(set.items.len());
        for selection in &set.items {
            match selection {
                ast::Selection::Field(field) => {
                    if self.keeps(&field.directives) {
                        items.push(self.field(parent, field));
                    }
                }
                ast::Selection::InlineFragment(fragment) => {
                    if self.keeps(&fragment.directives) {
                        let on = match &fragment.type_condition {
                            Some(ast::TypeCondition::On(name)) => Name::new(name),
                            None => parent.clone(),
                        };
                        let inner = self.expand(&on, &fragment.selection_set);
                        push_condition(&mut items, parent, on, inner);
                    }
                }
                ast::Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(spread.fragment_name.as_str())
                        && self.keeps(&spread.directives)
                    {
                        let ast::TypeCondition::On(on) = &fragment.type_condition;
                        let on = Name::new(on);
                        let inner = self.expand(&on, &fragment.selection_set);
                        push_condition(&mut items, parent, on, inner);
                    }
                }
            }
        }
        items
    }

    fn field(&self, parent: &Name, field: &ast::Field<'static, String>) -> Item {
        let target = self
            .schema
            .get(parent)
            .and_then(|ty| ty.fields.get(field.name.as_str()))
            .map(|info| info.ty.name().clone());
        let items = match &target {
            Some(target) if !field.selection_set.items.is_empty() => self.expand(target, &field.selection_set),
            // The fields of introspection at the root belong to no type of the schema.
            None if field.name == "__schema" => self.expand(&Name::new("__Schema"), &field.selection_set),
            None if field.name == "__type" => self.expand(&Name::new("__Type"), &field.selection_set),
            _ => Vec::new(),
        };
        Item::Field(Box::new(Field {
            parent: parent.clone(),
            name: Name::new(&field.name),
            alias: field.alias.as_ref().map(Name::new),
            arguments: field.arguments.clone(),
            directives: field
                .directives
                .iter()
                .filter(|directive| directive.name != "skip" && directive.name != "include")
                .cloned()
                .collect(),
            composite: target.as_ref().is_some_and(|target| is_composite(self.schema, target)),
            items,
            denied: (self.denied)(parent, &field.name),
        }))
    }

    fn keeps(&self, directives: &[ast::Directive<'static, String>]) -> bool {
        directives.iter().all(|directive| {
            let wanted = match directive.name.as_str() {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            let value = directive.arguments.iter().find(|(name, _)| name == "if").map(|(_, value)| value);
            match value {
                Some(ast::Value::Boolean(value)) => *value == wanted,
                Some(ast::Value::Variable(name)) => (self.condition)(name) == wanted,
                _ => true,
            }
        })
    }
}

/// A condition on the type that is selected on anyway is none.
fn push_condition(items: &mut Vec<Item>, parent: &Name, type_name: Name, inner: Vec<Item>) {
    if inner.is_empty() {
        return;
    }
    if type_name == *parent {
        items.extend(inner);
    } else {
        items.push(Item::On { type_name, items: inner });
    }
}

fn is_composite(schema: &Schema, name: &str) -> bool {
    schema.get(name).is_some_and(|ty| matches!(ty.kind, TypeKind::Object | TypeKind::Interface | TypeKind::Union))
}
