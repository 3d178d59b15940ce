//! A category in its tree.

use std::sync::Arc;

use async_graphql::{Context, Object};
use platform::paging::Connection;

use super::lists::{ProductSort, ProductWhere, products_page};
use super::product::Product;
use crate::categories::{CategoryTree, Node};
use crate::model::CategoryId;

/// A category, by its place in the tree.
pub(crate) struct Category {
    tree: Arc<CategoryTree>,
    index: usize,
}

impl Category {
    pub(crate) fn new(tree: &Arc<CategoryTree>, index: usize) -> Self {
        Self { tree: Arc::clone(tree), index }
    }

    fn node(&self) -> &Node {
        self.tree.node(self.index)
    }

    fn others(&self, indexes: &[usize]) -> Vec<Self> {
        indexes.iter().map(|index| Self::new(&self.tree, *index)).collect()
    }
}

/// A category. The tree has up to three levels.
#[Object]
impl Category {
    /// The category's id, `cat_…`.
    async fn id(&self) -> CategoryId {
        self.node().row.id
    }

    /// Its name in URLs; unique.
    async fn slug(&self) -> &str {
        &self.node().row.slug
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.node().row.name
    }

    /// The category above; null at the top.
    async fn parent(&self) -> Option<Category> {
        self.node().parent.map(|index| Self::new(&self.tree, index))
    }

    /// The categories below, in the order in which they are shown.
    async fn children(&self) -> Vec<Category> {
        self.others(&self.node().children)
    }

    /// The way from the top to this category, both included.
    async fn path(&self) -> Vec<Category> {
        self.others(&self.tree.path(self.index))
    }

    /// What is on sale in this category and those below it.
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
        let wanted = r#where.unwrap_or_default().in_category(self.node().row.id);
        products_page(ctx, (first, after, last, before), wanted, sort).await
    }
}
