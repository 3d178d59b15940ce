//! Statements in SQL, for what diesel's query builder cannot express: several changes at once, each depending on the one
//! before.
//!
//! One statement is one round trip and a transaction of its own. Its text never changes, so that a connection prepares
//! it once; diesel prepares every `UPDATE` and every insert of several rows anew, which costs more than running them.

/// Declares a statement: its parameters in the order of the `?` in its text.
///
/// A parameter with an SQL type is bound. One without is itself a statement, written in that place: so one crate's
/// statement takes in another's, such as the outbox's. Rows are read by name, into a `QueryableByName`.
///
/// ```
/// use diesel::sql_types::{BigInt, Text};
///
/// platform::statement! {
///     /// Puts more onto a shelf.
///     pub struct Fill {
///         pieces: i64 as BigInt,
///         shelf: String as Text,
///     }
///     "UPDATE shelf SET pieces = pieces + ? WHERE name = ? RETURNING pieces"
/// }
/// let fill = Fill { pieces: 3, shelf: "A".to_owned() };
/// let text = diesel::debug_query::<diesel::pg::Pg, _>(&fill).to_string();
/// assert!(text.starts_with("UPDATE shelf SET pieces = pieces + $1 WHERE name = $2 RETURNING pieces"), "{text}");
/// ```
#[macro_export]
macro_rules! statement {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($field:ident: $type:ty $(as $sql_type:ty)?,)*
        }
        $text:literal
    ) => {
        $(#[$meta])*
        #[derive(Debug, $crate::reexport::diesel::query_builder::QueryId)]
        $visibility struct $name {
            $(pub(crate) $field: $type,)*
        }

        impl $crate::reexport::diesel::query_builder::QueryFragment<$crate::reexport::diesel::pg::Pg> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: $crate::reexport::diesel::query_builder::AstPass<'_, 'b, $crate::reexport::diesel::pg::Pg>,
            ) -> $crate::reexport::diesel::QueryResult<()> {
                let mut parts = $text.split('?');
                out.push_sql(parts.next().unwrap_or_default());
                $(
                    $crate::statement!(@parameter out, &self.$field $(, $sql_type)?);
                    out.push_sql(parts.next().unwrap_or_default());
                )*
                Ok(())
            }
        }

        impl $crate::reexport::diesel::query_builder::Query for $name {
            type SqlType = $crate::reexport::diesel::sql_types::Untyped;
        }
    };
    (@parameter $out:ident, $value:expr, $sql_type:ty) => {
        $out.push_bind_param::<$sql_type, _>($value)?
    };
    (@parameter $out:ident, $value:expr) => {
        $crate::reexport::diesel::query_builder::QueryFragment::<$crate::reexport::diesel::pg::Pg>::walk_ast(
            $value,
            $out.reborrow(),
        )?
    };
}
