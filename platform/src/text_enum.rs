//! Enumerations that are text in PostgreSQL, in JSON and in GraphQL, under one name each.

/// Declares an enumeration whose values have one name everywhere: in the database, in JSON and in GraphQL.
///
/// ```
/// platform::text_enum! {
///     /// A lamp.
///     pub enum Lamp {
///         /// Dark.
///         Off = "OFF",
///         /// Bright.
///         On = "ON",
///     }
/// }
/// assert_eq!(Lamp::On.as_str(), "ON");
/// assert_eq!("OFF".parse::<Lamp>(), Ok(Lamp::Off));
/// assert_eq!(Lamp::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)*
    }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive($crate::reexport::async_graphql::Enum)]
        #[derive($crate::reexport::diesel::deserialize::FromSqlRow, $crate::reexport::diesel::expression::AsExpression)]
        #[diesel(sql_type = $crate::reexport::diesel::sql_types::Text)]
        $(#[$meta])*
        $visibility enum $name {
            $($(#[$variant_meta])* #[graphql(name = $text)] $variant,)*
        }

        impl $name {
            /// Every value, in the order of declaration.
            #[allow(dead_code, reason = "not every enumeration is iterated over")]
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value's name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(format!(concat!("{:?} is no ", stringify!($name)), text)),
                }
            }
        }

        impl $crate::reexport::serde::Serialize for $name {
            fn serialize<S: $crate::reexport::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
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
                $crate::reexport::schemars::json_schema!({ "type": "string", "enum": [$($text,)*] })
            }
        }

        impl $crate::reexport::diesel::deserialize::FromSql<$crate::reexport::diesel::sql_types::Text, $crate::reexport::diesel::pg::Pg> for $name {
            fn from_sql(bytes: $crate::reexport::diesel::pg::PgValue<'_>) -> $crate::reexport::diesel::deserialize::Result<Self> {
                std::str::from_utf8(bytes.as_bytes())?.parse().map_err(Into::into)
            }
        }

        impl $crate::reexport::diesel::serialize::ToSql<$crate::reexport::diesel::sql_types::Text, $crate::reexport::diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut $crate::reexport::diesel::serialize::Output<'b, '_, $crate::reexport::diesel::pg::Pg>) -> $crate::reexport::diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok($crate::reexport::diesel::serialize::IsNull::No)
            }
        }
    };
}
