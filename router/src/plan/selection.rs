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

/// The selection for the planner: without what is denied, what introspection answers, and the router's directives.
/// Where nothing of an object is left, its `__typename` stands in.
pub(super) fn for_planner(schema: &Schema, items: &[Item], root: bool) -> ast::SelectionSet<'static, String> {
    let mut selection = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Field(field) => {
                let introspection = root && field.name.starts_with("__");
                if field.denied || introspection {
                    continue;
                }
                let target = schema.get(&field.parent).and_then(|ty| ty.fields.get(&field.name));
                let inner = match target {
                    Some(_) if !field.items.is_empty() => for_planner(schema, &field.items, false),
                    Some(info) if is_composite(schema, info.ty.name()) => selection_set(vec![typename()]),
                    _ => selection_set(Vec::new()),
                };
                selection.push(ast::Selection::Field(ast::Field {
                    position: Default::default(),
                    alias: field.alias.as_ref().map(ToString::to_string),
                    name: field.name.to_string(),
                    arguments: field.arguments.clone(),
                    directives: Vec::new(),
                    selection_set: inner,
                }));
            }
            Item::On { type_name, items } => {
                let inner = for_planner(schema, items, root);
                if inner.items.is_empty() {
                    continue;
                }
                selection.push(ast::Selection::InlineFragment(ast::InlineFragment {
                    position: Default::default(),
                    type_condition: Some(ast::TypeCondition::On(type_name.to_string())),
                    directives: Vec::new(),
                    selection_set: inner,
                }));
            }
        }
    }
    if selection.is_empty() && !root {
        selection.push(typename());
    }
    selection_set(selection)
}

fn is_composite(schema: &Schema, name: &str) -> bool {
    schema.get(name).is_some_and(|ty| matches!(ty.kind, TypeKind::Object | TypeKind::Interface | TypeKind::Union))
}

fn typename() -> ast::Selection<'static, String> {
    ast::Selection::Field(ast::Field {
        position: Default::default(),
        alias: None,
        name: "__typename".to_owned(),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: selection_set(Vec::new()),
    })
}

fn selection_set(items: Vec<ast::Selection<'static, String>>) -> ast::SelectionSet<'static, String> {
    ast::SelectionSet { span: Default::default(), items }
}
