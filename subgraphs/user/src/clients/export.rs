//! What other services hold about a person, asked of the whole graph as that person.

use std::marker::PhantomData;

use futures::future::BoxFuture;
use graphql_client::{GraphQLQuery, QueryBody};
use platform::graph::{GraphClient, GraphClientError, RequestContext};
use serde_json::Value;

// Names of the graph's scalars, for the code that is generated.
type Long = i64;
type DateTime = String;

/// An operation that is checked as all are, and whose answer is taken as it comes.
struct AsItComes<Q>(PhantomData<Q>);

impl<Q: GraphQLQuery> GraphQLQuery for AsItComes<Q> {
    type Variables = Q::Variables;
    type ResponseData = Value;

    fn build_query(variables: Self::Variables) -> QueryBody<Self::Variables> {
        Q::build_query(variables)
    }
}

/// Which entries are wanted: how many at most, and after which.
pub(crate) struct Wanted {
    pub(crate) first: i64,
    pub(crate) after: Option<String>,
}

type Read = for<'a> fn(&'a GraphClient, Wanted, &'a RequestContext) -> BoxFuture<'a, Result<Value, GraphClientError>>;

/// A part of a person's data that other services hold.
pub(crate) struct ForeignSection {
    /// Its name in the document.
    pub(crate) name: &'static str,
    /// The fields that lead to its entries: to a connection, a list, or one entry.
    pub(crate) at: &'static [&'static str],
    /// Asks for a page of it; what is no connection comes whole.
    pub(crate) read: Read,
}

macro_rules! variables {
    (pages, $module:ident, $wanted:ident) => {
        $module::Variables { first: $wanted.first, after: $wanted.after }
    };
    (whole, $module:ident, $wanted:ident) => {{
        let _ = $wanted;
        $module::Variables {}
    }};
}

macro_rules! sections {
    ($($name:literal, $kind:ident at [$($at:literal),*], $operation:ident of $module:ident, $file:tt;)*) => {
        $(
            #[derive(GraphQLQuery)]
            #[graphql(
                schema_path = "../../schema/internal.graphql",
                query_path = $file,
                response_derives = "Debug"
            )]
            struct $operation;
        )*

        /// Every part that other services hold.
        pub(crate) const SECTIONS: &[ForeignSection] = &[$(
            ForeignSection {
                name: $name,
                at: &[$($at),*],
                read: |graph, wanted, context| {
                    let variables = variables!($kind, $module, wanted);
                    Box::pin(graph.ask_graph_as_caller::<AsItComes<$operation>>(variables, context))
                },
            },
        )*];
    };
}

sections! {
    "account", whole at [], ExportAccount of export_account, "src/operations/export/account.graphql";
    "sessions", whole at ["mySessions"], ExportSessions of export_sessions, "src/operations/export/sessions.graphql";
    "orders", pages at ["me", "orders"], ExportOrders of export_orders, "src/operations/export/orders.graphql";
    "claims", pages at ["me", "claims"], ExportClaims of export_claims, "src/operations/export/claims.graphql";
    "payments", pages at ["me", "orders"], ExportPayments of export_payments, "src/operations/export/payments.graphql";
    "shipments", pages at ["myShipments"], ExportShipments of export_shipments,
        "src/operations/export/shipments.graphql";
    "cart", whole at ["me", "cart"], ExportCart of export_cart, "src/operations/export/cart.graphql";
    "coupons", pages at ["me", "coupons"], ExportCoupons of export_coupons, "src/operations/export/coupons.graphql";
    "reviews", pages at ["me", "reviews"], ExportReviews of export_reviews, "src/operations/export/reviews.graphql";
    "complaints", pages at ["myComplaints"], ExportComplaints of export_complaints,
        "src/operations/export/complaints.graphql";
    "notifications", pages at ["me", "notifications"], ExportNotifications of export_notifications,
        "src/operations/export/notifications.graphql";
    "notificationPreferences", whole at ["notificationPreferences"], ExportNotificationPreferences
        of export_notification_preferences, "src/operations/export/notification_preferences.graphql";
    "sellerMemberships", whole at ["me", "sellerMemberships"], ExportSellerMemberships of export_seller_memberships,
        "src/operations/export/seller_memberships.graphql";
    "files", pages at ["myFiles"], ExportFiles of export_files, "src/operations/export/files.graphql";
}
