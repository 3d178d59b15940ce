//! The reports' queries. Each takes a connection. Days, hours and months are Seoul's; money is won.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::QueryResult;
use diesel::sql_types::{BigInt, Date as SqlDate, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::business_days::start_of_day;

use crate::model::{FunnelStep, ProductId, SalesUnit, SellerId, VatUnit};

/// Whose sales, and when: from the beginning of a day to the beginning of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// One seller's, or the whole market's.
    pub(crate) seller: Option<SellerId>,
    pub(crate) from: DateTime<Utc>,
    pub(crate) to: DateTime<Utc>,
}

impl Scope {
    /// From a day to another, both included.
    pub(crate) fn days(seller: Option<SellerId>, from: NaiveDate, to: NaiveDate) -> Self {
        let day_after = to.succ_opt().unwrap_or(to);
        Self { seller, from: start_of_day(from), to: start_of_day(day_after) }
    }

    /// The source of movements in `$1`–`$2`, of the seller `$3`.
    fn movements(self) -> &'static str {
        match self.seller {
            Some(_) => {
                "(SELECT order_id, at, units, sold, refunded FROM seller_movement
                  WHERE seller_id = $3 AND at >= $1 AND at < $2)"
            }
            None => "(SELECT * FROM market_movement WHERE at >= $1 AND at < $2 AND $3::uuid IS NULL)",
        }
    }
}

/// Sales of some time.
#[derive(Clone, Copy, Debug, diesel::QueryableByName)]
pub(crate) struct SalesRow {
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    pub(crate) orders: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) buyers: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) units: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) gmv: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) refunds: i64,
}

/// Sales step by step, those without sales included; one step for the whole time without a unit.
pub(crate) async fn sales(
    connection: &mut AsyncPgConnection,
    scope: Scope,
    unit: Option<SalesUnit>,
) -> QueryResult<Vec<SalesRow>> {
    let step = match unit {
        Some(SalesUnit::Hour) => TimeDelta::hours(1),
        Some(SalesUnit::Day) => TimeDelta::days(1),
        None => scope.to - scope.from,
    };
    let query = format!(
        "SELECT step.at,
            count(DISTINCT m.order_id) FILTER (WHERE m.sold > 0) AS orders,
            count(DISTINCT o.buyer_id) FILTER (WHERE m.sold > 0) AS buyers,
            coalesce(sum(m.units), 0)::bigint AS units,
            coalesce(sum(m.sold), 0)::bigint AS gmv,
            coalesce(sum(m.refunded), 0)::bigint AS refunds
        FROM generate_series($1, $2 - interval '1 second', make_interval(secs => $4)) AS step (at)
        LEFT JOIN {} AS m ON date_bin(make_interval(secs => $4), m.at, $1) = step.at
        LEFT JOIN sales_order o ON o.order_id = m.order_id
        GROUP BY step.at ORDER BY step.at",
        scope.movements()
    );
    #[allow(clippy::cast_precision_loss, reason = "a number of seconds that is exact in a double")]
    let seconds = step.num_seconds() as f64;
    diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .bind::<Nullable<SqlUuid>, _>(scope.seller)
        .bind::<diesel::sql_types::Double, _>(seconds)
        .load(connection)
        .await
}

/// How many lines came how far.
#[derive(Clone, Copy, Debug, diesel::QueryableByName)]
pub(crate) struct FunnelRow {
    #[diesel(sql_type = Text)]
    pub(crate) step: FunnelStep,
    #[diesel(sql_type = BigInt)]
    pub(crate) lines: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) orders: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) amount: i64,
}

/// How far the lines came that were ordered in the time. A line that came further has passed every step before.
pub(crate) async fn funnel(connection: &mut AsyncPgConnection, scope: Scope) -> QueryResult<Vec<FunnelRow>> {
    let query = "
        SELECT step.name AS step, count(line.line_id) AS lines, count(DISTINCT line.order_id) AS orders,
            coalesce(sum(line.total), 0)::bigint AS amount
        FROM (VALUES (1, 'PLACED'), (2, 'PAID'), (3, 'SHIPPED'), (4, 'DELIVERED'), (5, 'CONFIRMED')) AS step (number, name)
        LEFT JOIN (
            SELECT line_id, order_id, total, CASE
                WHEN confirmed_at IS NOT NULL THEN 5
                WHEN delivered_at IS NOT NULL THEN 4
                WHEN shipped_at IS NOT NULL THEN 3
                WHEN paid_at IS NOT NULL THEN 2
                ELSE 1 END AS reached
            FROM sales_line
            WHERE coalesce(placed_at, paid_at) >= $1 AND coalesce(placed_at, paid_at) < $2
                AND ($3::uuid IS NULL OR seller_id = $3)
        ) AS line ON line.reached >= step.number
        GROUP BY step.number, step.name ORDER BY step.number";
    diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .bind::<Nullable<SqlUuid>, _>(scope.seller)
        .load(connection)
        .await
}

/// What a product sold.
#[derive(Clone, Debug, diesel::QueryableByName)]
pub(crate) struct ProductRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) product_id: ProductId,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) title: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub(crate) units: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) gmv: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) refunds: i64,
}

/// The products that brought most, after what went back.
pub(crate) async fn products(
    connection: &mut AsyncPgConnection,
    scope: Scope,
    limit: i64,
) -> QueryResult<Vec<ProductRow>> {
    let query = "
        SELECT top.*, line.title FROM (
            SELECT product_id, sum(units)::bigint AS units, sum(sold)::bigint AS gmv, sum(refunded)::bigint AS refunds
            FROM seller_movement
            WHERE product_id IS NOT NULL AND at >= $1 AND at < $2 AND ($3::uuid IS NULL OR seller_id = $3)
            GROUP BY product_id ORDER BY sum(sold) - sum(refunded) DESC, product_id LIMIT $4
        ) AS top LEFT JOIN LATERAL (
            SELECT title FROM sales_line WHERE product_id = top.product_id ORDER BY paid_at DESC NULLS LAST LIMIT 1
        ) AS line ON true
        ORDER BY top.gmv - top.refunds DESC, top.product_id";
    diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .bind::<Nullable<SqlUuid>, _>(scope.seller)
        .bind::<BigInt, _>(limit)
        .load(connection)
        .await
}

/// What a seller sold.
#[derive(Clone, Copy, Debug, diesel::QueryableByName)]
pub(crate) struct SellerRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) seller_id: SellerId,
    #[diesel(sql_type = BigInt)]
    pub(crate) orders: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) units: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) gmv: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) refunds: i64,
}

/// The sellers that brought most, after what went back.
pub(crate) async fn sellers(
    connection: &mut AsyncPgConnection,
    scope: Scope,
    limit: i64,
) -> QueryResult<Vec<SellerRow>> {
    let query = "
        SELECT seller_id, count(DISTINCT order_id) FILTER (WHERE sold > 0) AS orders, sum(units)::bigint AS units,
            sum(sold)::bigint AS gmv, sum(refunded)::bigint AS refunds
        FROM seller_movement WHERE at >= $1 AND at < $2
        GROUP BY seller_id ORDER BY sum(sold) - sum(refunded) DESC, seller_id LIMIT $3";
    diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .bind::<BigInt, _>(limit)
        .load(connection)
        .await
}

/// What the buyers of a month did in a later one.
#[derive(Clone, Copy, Debug, diesel::QueryableByName)]
pub(crate) struct CohortRow {
    #[diesel(sql_type = SqlDate)]
    pub(crate) cohort: NaiveDate,
    #[diesel(sql_type = Integer)]
    pub(crate) later: i32,
    #[diesel(sql_type = BigInt)]
    pub(crate) buyers: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) gmv: i64,
}

/// Buyers by the month of their first purchase, and how many of them bought in each month since.
pub(crate) async fn cohorts(
    connection: &mut AsyncPgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> QueryResult<Vec<CohortRow>> {
    let query = "
        WITH paid AS (
            SELECT buyer_id, total, date_trunc('month', paid_at AT TIME ZONE 'Asia/Seoul')::date AS month
            FROM sales_order WHERE paid_at IS NOT NULL AND buyer_id IS NOT NULL
        ), joined AS (
            SELECT buyer_id, min(month) AS cohort FROM paid GROUP BY buyer_id
        )
        SELECT cohort, ((extract(year FROM month) - extract(year FROM cohort)) * 12
                + extract(month FROM month) - extract(month FROM cohort))::integer AS later,
            count(DISTINCT buyer_id) AS buyers, coalesce(sum(total), 0)::bigint AS gmv
        FROM joined JOIN paid USING (buyer_id)
        WHERE cohort BETWEEN $1 AND $2
        GROUP BY cohort, later ORDER BY cohort, later";
    diesel::sql_query(query).bind::<SqlDate, _>(from).bind::<SqlDate, _>(to).load(connection).await
}

/// What a seller has to declare for a time.
#[derive(Clone, Copy, Debug, diesel::QueryableByName)]
pub(crate) struct VatRow {
    #[diesel(sql_type = SqlDate)]
    pub(crate) period: NaiveDate,
    #[diesel(sql_type = BigInt)]
    pub(crate) sales: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) returns: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) exempt_sales: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) exempt_returns: i64,
}

/// A seller's taxed and tax-free sales and what of them was taken back, by month or quarter of the payment or the refund.
pub(crate) async fn vat(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    scope: Scope,
    unit: VatUnit,
) -> QueryResult<Vec<VatRow>> {
    let query = "
        SELECT date_trunc($4, at AT TIME ZONE 'Asia/Seoul')::date AS period,
            coalesce(sum(taxable) FILTER (WHERE taxable > 0), 0)::bigint AS sales,
            coalesce(-sum(taxable) FILTER (WHERE taxable < 0), 0)::bigint AS returns,
            coalesce(sum(exempt) FILTER (WHERE exempt > 0), 0)::bigint AS exempt_sales,
            coalesce(-sum(exempt) FILTER (WHERE exempt < 0), 0)::bigint AS exempt_returns
        FROM seller_movement WHERE seller_id = $3 AND at >= $1 AND at < $2
        GROUP BY period ORDER BY period";
    diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .bind::<SqlUuid, _>(seller)
        .bind::<Text, _>(match unit {
            VatUnit::Month => "month",
            VatUnit::Quarter => "quarter",
        })
        .load(connection)
        .await
}

/// How often something was looked for.
#[derive(Clone, Debug, diesel::QueryableByName)]
pub(crate) struct SearchRow {
    #[diesel(sql_type = Text)]
    pub(crate) term: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) searches: i64,
}

/// What was looked for most.
pub(crate) async fn searches(
    connection: &mut AsyncPgConnection,
    scope: Scope,
    limit: i64,
) -> QueryResult<Vec<SearchRow>> {
    let query = "SELECT term, count(*) AS searches FROM search WHERE searched_at >= $1 AND searched_at < $2
        GROUP BY term ORDER BY searches DESC, term LIMIT $3";
    diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .bind::<BigInt, _>(limit)
        .load(connection)
        .await
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many people signed up.
pub(crate) async fn registrations(connection: &mut AsyncPgConnection, scope: Scope) -> QueryResult<i64> {
    let query = "SELECT count(*) FROM registration WHERE registered_at >= $1 AND registered_at < $2";
    let counted: Count = diesel::sql_query(query)
        .bind::<Timestamptz, _>(scope.from)
        .bind::<Timestamptz, _>(scope.to)
        .get_result(connection)
        .await?;
    Ok(counted.count)
}
