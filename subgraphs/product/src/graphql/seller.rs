//! What the catalogue adds to a seller.

use async_graphql::{ComplexObject, Context, SimpleObject};
use platform::identity::{AnyScope, Scope};
use platform::paging::Connection;

use super::files::products_file;
use super::lists::{ProductSort, ProductWhere, products_page};
use super::product::Product;
use crate::model::SellerId;

/// A seller.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Seller {
    /// The seller's id.
    pub(crate) id: SellerId,
}

#[ComplexObject]
impl Seller {
    /// What the seller has on sale; for its members and staff, its products in every state.
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, the filter and the order")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ProductWhere>,
        #[graphql(default_with = "ProductSort::Newest")] sort: ProductSort,
    ) -> async_graphql::Result<Connection<Product>> {
        let wanted = r#where.unwrap_or_default().of_seller(self.id);
        products_page(ctx, (first, after, last, before), wanted, sort).await
    }

    /// The seller's products as a CSV file that `importProducts` takes, up to 2,000 variants. For its members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:products",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffProducts])"
    )]
    async fn products_csv(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        products_file(ctx, self.id).await
    }
}
