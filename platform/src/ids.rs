//! Opaque identifiers: a type prefix and a UUIDv7, as in `prd_0197f3a2b1c07d4e8f00a1b2c3d4e5f6`.

/// A text that is no identifier of the wanted type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier that begins with {prefix}_")]
pub struct InvalidId {
    /// The prefix that the type has.
    pub prefix: &'static str,
}

/// Reads `prefix_` and 32 hexadecimal digits.
///
/// # Errors
/// When the prefix or the digits are wrong.
pub fn parse_prefixed(text: &str, prefix: &'static str) -> Result<uuid::Uuid, InvalidId> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|digits| digits.len() == 32)
        .and_then(|digits| uuid::Uuid::try_parse(digits).ok())
        .ok_or(InvalidId { prefix })
}

/// Declares an identifier type. In GraphQL it is an `ID`, in PostgreSQL a `uuid`, in JSON the prefixed text.
///
/// ```
/// platform::define_id!(
///     /// A parcel.
///     pub struct ParcelId, "pcl"
/// );
/// let id = ParcelId::new();
/// assert_eq!(id.to_string().parse::<ParcelId>(), Ok(id));
/// assert!("prd_00".parse::<ParcelId>().is_err());
/// ```
#[macro_export]
macro_rules! define_id {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive($crate::reexport::diesel::deserialize::FromSqlRow, $crate::reexport::diesel::expression::AsExpression)]
        #[diesel(sql_type = $crate::reexport::diesel::sql_types::Uuid)]
        $visibility struct $name(pub $crate::reexport::uuid::Uuid);

        impl $name {
            /// A new identifier, later in order than those made before it.
            #[allow(clippy::new_without_default, reason = "a default that differs every time would surprise")]
            pub fn new() -> Self {
                Self($crate::reexport::uuid::Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!($prefix, "_{}"), self.0.as_simple())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::ids::parse_prefixed(text, $prefix).map(Self)
            }
        }

        impl From<$crate::reexport::uuid::Uuid> for $name {
            fn from(uuid: $crate::reexport::uuid::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for $crate::reexport::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl $crate::reexport::serde::Serialize for $name {
            fn serialize<S: $crate::reexport::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::reexport::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::reexport::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as $crate::reexport::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::reexport::serde::de::Error::custom)
            }
        }

        impl $crate::reexport::schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut $crate::reexport::schemars::SchemaGenerator) -> $crate::reexport::schemars::Schema {
                $crate::reexport::schemars::json_schema!({ "type": "string", "pattern": concat!("^", $prefix, "_[0-9a-f]{32}$") })
            }
        }

        impl $crate::reexport::diesel::deserialize::FromSql<$crate::reexport::diesel::sql_types::Uuid, $crate::reexport::diesel::pg::Pg> for $name {
            fn from_sql(bytes: $crate::reexport::diesel::pg::PgValue<'_>) -> $crate::reexport::diesel::deserialize::Result<Self> {
                <$crate::reexport::uuid::Uuid as $crate::reexport::diesel::deserialize::FromSql<
                    $crate::reexport::diesel::sql_types::Uuid,
                    $crate::reexport::diesel::pg::Pg,
                >>::from_sql(bytes).map(Self)
            }
        }

        impl $crate::reexport::diesel::serialize::ToSql<$crate::reexport::diesel::sql_types::Uuid, $crate::reexport::diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut $crate::reexport::diesel::serialize::Output<'b, '_, $crate::reexport::diesel::pg::Pg>) -> $crate::reexport::diesel::serialize::Result {
                <$crate::reexport::uuid::Uuid as $crate::reexport::diesel::serialize::ToSql<
                    $crate::reexport::diesel::sql_types::Uuid,
                    $crate::reexport::diesel::pg::Pg,
                >>::to_sql(&self.0, &mut out.reborrow())
            }
        }

        impl $crate::reexport::async_graphql::InputType for $name {
            type RawValueType = Self;

            fn type_name() -> std::borrow::Cow<'static, str> {
                "ID".into()
            }

            fn create_type_info(registry: &mut $crate::reexport::async_graphql::registry::Registry) -> String {
                <$crate::reexport::async_graphql::ID as $crate::reexport::async_graphql::InputType>::create_type_info(registry)
            }

            fn parse(value: Option<$crate::reexport::async_graphql::Value>) -> $crate::reexport::async_graphql::InputValueResult<Self> {
                match value.unwrap_or_default() {
                    $crate::reexport::async_graphql::Value::String(text) => {
                        text.parse().map_err($crate::errors::invalid_value)
                    }
                    other => Err($crate::reexport::async_graphql::InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> $crate::reexport::async_graphql::Value {
                $crate::reexport::async_graphql::Value::String(self.to_string())
            }

            fn as_raw_value(&self) -> Option<&Self::RawValueType> {
                Some(self)
            }
        }

        impl $crate::reexport::async_graphql::OutputType for $name {
            fn type_name() -> std::borrow::Cow<'static, str> {
                "ID".into()
            }

            fn create_type_info(registry: &mut $crate::reexport::async_graphql::registry::Registry) -> String {
                <$crate::reexport::async_graphql::ID as $crate::reexport::async_graphql::OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                _: &$crate::reexport::async_graphql::ContextSelectionSet<'_>,
                _: &$crate::reexport::async_graphql::Positioned<$crate::reexport::async_graphql::parser::types::Field>,
            ) -> $crate::reexport::async_graphql::ServerResult<$crate::reexport::async_graphql::Value> {
                Ok($crate::reexport::async_graphql::Value::String(self.to_string()))
            }
        }
    };
}
