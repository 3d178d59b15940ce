//! What the order service asks of other services; checked against the graph when this crate is compiled.

use chrono::Utc;
use graphql_client::GraphQLQuery;

// Names of the graph's scalars, for the code that is generated.
type Long = i64;
type DateTime = chrono::DateTime<Utc>;

macro_rules! operations {
    ($($(#[$meta:meta])* $name:ident, $file:tt;)*) => {$(
        $(#[$meta])*
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "../../schema/internal.graphql",
            query_path = $file,
            response_derives = "Debug, Clone",
            skip_serializing_none
        )]
        pub(crate) struct $name;
    )*};
}

operations! {
    /// The buyer's cart lines with all that an order freezes; read through the whole graph.
    CartSnapshot, "src/clients/cart_snapshot.graphql";
    /// Variants with all that an order freezes; read through the whole graph.
    VariantsSnapshot, "src/clients/variants_snapshot.graphql";
    /// Whether the buyer has shown to be an adult.
    IsAdult, "src/clients/is_adult.graphql";
    /// An address of the buyer.
    AddressOf, "src/clients/address_of.graphql";
    /// Reserves the order's stock, all or nothing.
    ReserveStock, "src/clients/reserve_stock.graphql";
    /// Takes the reserved stock out.
    CommitReservations, "src/clients/commit_reservations.graphql";
    /// Keeps the reserved stock longer.
    ExtendReservations, "src/clients/extend_reservations.graphql";
    /// Frees the reserved stock.
    ReleaseReservations, "src/clients/release_reservations.graphql";
    /// Takes the goods out of stock that a claim sends.
    ExchangeStock, "src/clients/exchange_stock.graphql";
    /// Creates the order's payment.
    CreatePayment, "src/clients/create_payment.graphql";
    /// Makes sure that the order's payment is not taken any more.
    AbortPayment, "src/clients/abort_payment.graphql";
    /// What sending lines to an address costs.
    QuoteShipping, "src/clients/quote_shipping.graphql";
    /// What coupons would take off lines.
    QuoteCoupons, "src/clients/quote_coupons.graphql";
    /// Keeps coupons for the order, all or none.
    ReserveCoupons, "src/clients/reserve_coupons.graphql";
    /// Uses the coupons that are kept for the order.
    UseCoupons, "src/clients/use_coupons.graphql";
    /// Keeps the coupons that are kept for the order longer.
    ExtendCoupons, "src/clients/extend_coupons.graphql";
    /// Frees the coupons that are kept for the order.
    ReleaseCoupons, "src/clients/release_coupons.graphql";
    /// A file that a buyer names as a photo of a claim.
    ClaimPhoto, "src/clients/claim_photo.graphql";
    /// Up to how much two members of staff agree to refund.
    ApprovedRefund, "src/clients/approved_refund.graphql";
    /// Gives money back.
    RefundPayment, "src/clients/refund_payment.graphql";
}
