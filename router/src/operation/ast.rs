//! Operations as written.

use async_graphql::Name;

use crate::schema::TypeRef;

/// A place in the text: how many bytes come before it.
pub(crate) type Offset = u32;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    pub(crate) fragments: Vec<Fragment>,
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) at: Offset,
    pub(crate) kind: OperationKind,
    pub(crate) name: Option<Name>,
    pub(crate) variables: Vec<VariableDefinition>,
    pub(crate) directives: Vec<Directive>,
    pub(crate) selections: Vec<Selection>,
}

#[derive(Clone, Debug)]
pub(crate) struct VariableDefinition {
    pub(crate) at: Offset,
    pub(crate) name: Name,
    pub(crate) ty: TypeRef,
    pub(crate) default: Option<Value>,
    pub(crate) directives: Vec<Directive>,
}

#[derive(Clone, Debug)]
pub(crate) struct Fragment {
    pub(crate) at: Offset,
    pub(crate) name: Name,
    pub(crate) on: Name,
    pub(crate) directives: Vec<Directive>,
    pub(crate) selections: Vec<Selection>,
}

#[derive(Clone, Debug)]
pub(crate) enum Selection {
    Field(Field),
    Inline(InlineFragment),
    Spread(FragmentSpread),
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) at: Offset,
    pub(crate) alias: Option<Name>,
    pub(crate) name: Name,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) directives: Vec<Directive>,
    pub(crate) selections: Vec<Selection>,
}

impl Field {
    /// The key of the field in the answer.
    pub(crate) fn key(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct InlineFragment {
    pub(crate) at: Offset,
    pub(crate) on: Option<Name>,
    pub(crate) directives: Vec<Directive>,
    pub(crate) selections: Vec<Selection>,
}

#[derive(Clone, Debug)]
pub(crate) struct FragmentSpread {
    pub(crate) at: Offset,
    pub(crate) name: Name,
    pub(crate) directives: Vec<Directive>,
}

#[derive(Clone, Debug)]
pub(crate) struct Directive {
    pub(crate) at: Offset,
    pub(crate) name: Name,
    pub(crate) arguments: Vec<Argument>,
}

/// An argument, or a field of an input object.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) at: Offset,
    pub(crate) name: Name,
    pub(crate) value: Value,
}

/// The value of an argument, by its name.
pub(crate) fn argument<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Value> {
    arguments.iter().find(|argument| argument.name == *name).map(|argument| &argument.value)
}

/// A value. Numbers keep their text, so that nothing is rounded on the way.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Variable(Name),
    Int(Name),
    Float(Name),
    String(String),
    Boolean(bool),
    Null,
    Enum(Name),
    List(Vec<Value>),
    Object(Vec<Argument>),
}

impl Value {
    /// Whether both mean the same: the order of an object's fields means nothing.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Variable(one), Self::Variable(two))
            | (Self::Int(one), Self::Int(two))
            | (Self::Float(one), Self::Float(two))
            | (Self::Enum(one), Self::Enum(two)) => one == two,
            (Self::String(one), Self::String(two)) => one == two,
            (Self::Boolean(one), Self::Boolean(two)) => one == two,
            (Self::Null, Self::Null) => true,
            (Self::List(one), Self::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same(two))
            }
            (Self::Object(one), Self::Object(two)) => same_arguments(one, two),
            _ => false,
        }
    }
}

/// Whether both give the same values to the same names, of which each is given once.
pub(crate) fn same_arguments(one: &[Argument], two: &[Argument]) -> bool {
    one.len() == two.len()
        && one.iter().all(|given| argument(two, &given.name).is_some_and(|value| value.same(&given.value)))
}
