//! `column = ANY(keys)`, as loaders ask it.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, HasSqlType, SingleValue};
use diesel::{Column, QueryResult};

/// How many values are bound one by one; there are as many texts of a statement.
const FEW: usize = 8;

/// Adds [`AmongKeys::among`] to columns.
pub trait AmongKeys: Column + Sized {
    /// Whether the column has one of these values. A few are bound one by one: PostgreSQL keeps the plan of that,
    /// while it plans a comparison with a short array anew every time, since it expects ten values of an array that it does
    /// not know.
    fn among<K>(self, keys: impl Into<Vec<K>>) -> Among<Self, K> {
        Among { column: self, keys: keys.into() }
    }
}

impl<C: Column> AmongKeys for C {}

/// What [`AmongKeys::among`] makes.
#[derive(Clone, Debug)]
pub struct Among<C, K> {
    column: C,
    keys: Vec<K>,
}

impl<C, K> Expression for Among<C, K>
where
    C: Expression,
{
    type SqlType = Bool;
}

impl<C, K, Source> SelectableExpression<Source> for Among<C, K> where C: SelectableExpression<Source> {}

impl<C, K, Source> AppearsOnTable<Source> for Among<C, K> where C: AppearsOnTable<Source> {}

impl<C, K, Group> ValidGrouping<Group> for Among<C, K> {
    type IsAggregate = is_aggregate::No;
}

/// The text differs with the number of keys, so that statements are told apart by it.
impl<C, K> QueryId for Among<C, K> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, K> QueryFragment<Pg> for Among<C, K>
where
    C: Expression + QueryFragment<Pg>,
    C::SqlType: SingleValue,
    Pg: HasSqlType<C::SqlType>,
    K: ToSql<C::SqlType, Pg>,
    Vec<K>: ToSql<Array<C::SqlType>, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        if (1..=FEW).contains(&self.keys.len()) {
            let mut before = " IN (";
            for key in &self.keys {
                out.push_sql(before);
                out.push_bind_param::<C::SqlType, _>(key)?;
                before = ", ";
            }
        } else {
            out.push_sql(" = ANY(");
            out.push_bind_param::<Array<C::SqlType>, _>(&self.keys)?;
        }
        out.push_sql(")");
        Ok(())
    }
}
