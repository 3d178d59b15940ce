//! The directives of the join specification.

use super::super::model::Directive;
use super::super::syntax::{Selection, Value, parse_selections, print_selections};

/// Field sets are written with single spaces.
pub(super) fn field_set(text: &str) -> Value {
    Value::String(
        parse_selections(text).map_or_else(|_| text.to_owned(), |found: Vec<Selection>| print_selections(&found)),
    )
}

fn graph(id: &str) -> (&'static str, Value) {
    ("graph", Value::Enum(id.to_owned()))
}

pub(super) fn implements(id: &str, interface: &str) -> Directive {
    Directive::new("join__implements", vec![graph(id), ("interface", Value::string(interface))])
}

pub(super) fn union_member(id: &str, member: &str) -> Directive {
    Directive::new("join__unionMember", vec![graph(id), ("member", Value::string(member))])
}

pub(super) fn enum_value(id: &str) -> Directive {
    Directive::new("join__enumValue", vec![graph(id)])
}

/// `@join__type`, for one key or for none.
pub(super) fn ty(id: &str, key: Option<&Directive>, extension: bool, interface_object: bool) -> Directive {
    let mut arguments = vec![graph(id)];
    if let Some(key) = key {
        arguments.push(("key", field_set(key.string("fields").unwrap_or_default())));
        if extension {
            arguments.push(("extension", Value::Boolean(true)));
        }
        if !key.is_resolvable() {
            arguments.push(("resolvable", Value::Boolean(false)));
        }
    }
    if interface_object {
        arguments.push(("isInterfaceObject", Value::Boolean(true)));
    }
    Directive::new("join__type", arguments)
}

/// What `@join__field` says of one subgraph.
#[derive(Default)]
pub(super) struct JoinField<'a> {
    pub(super) id: &'a str,
    pub(super) requires: Option<&'a str>,
    pub(super) provides: Option<&'a str>,
    pub(super) ty: Option<String>,
    pub(super) external: bool,
    pub(super) overrides: Option<&'a str>,
    pub(super) used_overridden: bool,
    pub(super) label: Option<&'a str>,
    pub(super) context_arguments: Vec<Value>,
}

impl JoinField<'_> {
    pub(super) fn directive(self) -> Directive {
        let mut arguments = vec![graph(self.id)];
        if let Some(requires) = self.requires {
            arguments.push(("requires", field_set(requires)));
        }
        if let Some(provides) = self.provides {
            arguments.push(("provides", field_set(provides)));
        }
        if let Some(ty) = self.ty {
            arguments.push(("type", Value::String(ty)));
        }
        if self.external {
            arguments.push(("external", Value::Boolean(true)));
        }
        if let Some(from) = self.overrides {
            arguments.push(("override", Value::string(from)));
        }
        if let Some(label) = self.label {
            arguments.push(("overrideLabel", Value::string(label)));
        }
        if self.used_overridden {
            arguments.push(("usedOverridden", Value::Boolean(true)));
        }
        if !self.context_arguments.is_empty() {
            arguments.push(("contextArguments", Value::List(self.context_arguments)));
        }
        Directive::new("join__field", arguments)
    }
}
