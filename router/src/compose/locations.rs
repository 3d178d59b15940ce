//! Where directives may stand.

use async_graphql::parser::types::DirectiveLocation as Location;

/// Locations in documents of clients.
const EXECUTABLE: &[&str] = &[
    "QUERY",
    "MUTATION",
    "SUBSCRIPTION",
    "FIELD",
    "FRAGMENT_DEFINITION",
    "FRAGMENT_SPREAD",
    "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION",
];

/// Locations in schemas.
const TYPE_SYSTEM: &[&str] = &[
    "SCHEMA",
    "SCALAR",
    "OBJECT",
    "FIELD_DEFINITION",
    "ARGUMENT_DEFINITION",
    "INTERFACE",
    "UNION",
    "ENUM",
    "ENUM_VALUE",
    "INPUT_OBJECT",
    "INPUT_FIELD_DEFINITION",
];

pub(super) fn is_location(name: &str) -> bool {
    is_executable(name) || TYPE_SYSTEM.contains(&name)
}

/// Whether clients may use a directive there.
pub(super) fn is_executable(name: &str) -> bool {
    EXECUTABLE.contains(&name)
}

/// A directive location as the schema language writes it.
pub(crate) fn location_name(location: Location) -> &'static str {
    match location {
        Location::Query => "QUERY",
        Location::Mutation => "MUTATION",
        Location::Subscription => "SUBSCRIPTION",
        Location::Field => "FIELD",
        Location::FragmentDefinition => "FRAGMENT_DEFINITION",
        Location::FragmentSpread => "FRAGMENT_SPREAD",
        Location::InlineFragment => "INLINE_FRAGMENT",
        Location::VariableDefinition => "VARIABLE_DEFINITION",
        Location::Schema => "SCHEMA",
        Location::Scalar => "SCALAR",
        Location::Object => "OBJECT",
        Location::FieldDefinition => "FIELD_DEFINITION",
        Location::ArgumentDefinition => "ARGUMENT_DEFINITION",
        Location::Interface => "INTERFACE",
        Location::Union => "UNION",
        Location::Enum => "ENUM",
        Location::EnumValue => "ENUM_VALUE",
        Location::InputObject => "INPUT_OBJECT",
        Location::InputFieldDefinition => "INPUT_FIELD_DEFINITION",
    }
}
