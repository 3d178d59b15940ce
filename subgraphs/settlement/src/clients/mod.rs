//! What the settlement service asks of other services; checked against the graph when this crate is compiled.

use graphql_client::GraphQLQuery;

macro_rules! operations {
    ($($(#[$meta:meta])* $name:ident, $file:tt;)*) => {$(
        $(#[$meta])*
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "../../schema/internal.graphql",
            query_path = $file,
            response_derives = "Debug, Clone"
        )]
        pub(crate) struct $name;
    )*};
}

operations! {
    /// Who a seller is and where it is paid.
    SellerToPay, "src/clients/seller_to_pay.graphql";
    /// The categories above one.
    CategoryPath, "src/clients/category_path.graphql";
}
