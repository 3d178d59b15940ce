//! One day's sales, for the staff's dashboard.

use async_graphql::SimpleObject;
use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Asia::Seoul;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Timestamptz};
use diesel_async::RunQueryDsl;
use platform::date::Date;
use platform::errors::{ErrorCode, GraphError};
use platform::money::Money;

use super::order::Order;
use crate::actions::Orders;
use crate::model::OrderRow;
use crate::schema::purchase;

const LATEST: i64 = 10;

/// One day's sales; the day is Korea's.
#[derive(SimpleObject)]
pub(crate) struct SalesOverview {
    /// The day in Korea.
    date: Date,
    /// Orders placed on the day, paid or not.
    placed_orders: i32,
    /// Orders paid on the day.
    paid_orders: i32,
    /// Orders paid on the day of which something was cancelled since.
    cancelled_orders: i32,
    /// What was paid on the day, less what of it was given back since.
    revenue: Money,
    /// Revenue per paid order; zero without orders.
    average_order: Money,
    /// The 24 hours of the day.
    hours: Vec<SalesHour>,
    /// The latest orders of all, newest first; at most ten.
    latest_orders: Vec<Order>,
}

/// One hour's sales.
#[derive(SimpleObject)]
pub(crate) struct SalesHour {
    /// 0 to 23, in Korea.
    hour: i32,
    /// Orders paid in the hour.
    orders: i32,
    /// What was paid in the hour.
    revenue: Money,
}

#[derive(QueryableByName)]
struct HourRow {
    #[diesel(sql_type = Integer)]
    hour: i32,
    #[diesel(sql_type = BigInt)]
    orders: i64,
    #[diesel(sql_type = BigInt)]
    revenue: i64,
    #[diesel(sql_type = BigInt)]
    refunded: i64,
    #[diesel(sql_type = BigInt)]
    cancelled: i64,
}

/// The sales of a day in Korea; of today when none is given.
pub(crate) async fn sales_overview(orders: &Orders, date: Option<NaiveDate>) -> Result<SalesOverview, GraphError> {
    let date = date.unwrap_or_else(|| Utc::now().with_timezone(&Seoul).date_naive());
    let invalid = || GraphError::new(ErrorCode::BadUserInput, "The date is out of range");
    let from = start_of(date).ok_or_else(invalid)?;
    let to = date.checked_add_days(Days::new(1)).and_then(start_of).ok_or_else(invalid)?;
    let mut connection = orders.database.connection().await?;
    let placed: i64 = purchase::table
        .filter(purchase::placed_at.ge(from))
        .filter(purchase::placed_at.lt(to))
        .count()
        .get_result(&mut connection)
        .await?;
    let rows: Vec<HourRow> = diesel::sql_query(
        "SELECT extract(hour FROM p.paid_at AT TIME ZONE 'Asia/Seoul')::int AS hour, count(*) AS orders,
                sum(p.total)::bigint AS revenue, coalesce(sum(r.amount), 0)::bigint AS refunded,
                count(r.amount) AS cancelled
         FROM purchase p
         LEFT JOIN LATERAL (SELECT sum(t.amount) AS amount FROM refund_task t WHERE t.order_id = p.id) r ON true
         WHERE p.paid_at >= $1 AND p.paid_at < $2
         GROUP BY 1 ORDER BY 1",
    )
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(to)
    .load(&mut connection)
    .await?;
    let latest: Vec<OrderRow> = purchase::table
        .order((purchase::placed_at.desc(), purchase::id.desc()))
        .limit(LATEST)
        .select(OrderRow::as_select())
        .load(&mut connection)
        .await?;
    let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    let paid: i64 = rows.iter().map(|row| row.orders).sum();
    let revenue: i64 = rows.iter().map(|row| row.revenue - row.refunded).sum();
    let hours = (0..24).map(|hour| {
        let row = rows.iter().find(|row| row.hour == hour);
        SalesHour {
            hour,
            orders: count(row.map_or(0, |row| row.orders)),
            revenue: Money::krw(row.map_or(0, |row| row.revenue)),
        }
    });
    Ok(SalesOverview {
        date: Date(date),
        placed_orders: count(placed),
        paid_orders: count(paid),
        cancelled_orders: count(rows.iter().map(|row| row.cancelled).sum()),
        revenue: Money::krw(revenue),
        average_order: Money::krw(if paid == 0 { 0 } else { revenue / paid }),
        hours: hours.collect(),
        latest_orders: latest.into_iter().map(Order::new).collect(),
    })
}

fn start_of(date: NaiveDate) -> Option<DateTime<Utc>> {
    Some(Seoul.from_local_datetime(&date.and_hms_opt(0, 0, 0)?).earliest()?.with_timezone(&Utc))
}
