//! The category tree, whole and in memory: it is small, read by every page and changed by staff alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use platform::database::Database;
use platform::errors::GraphError;

use crate::error::UserErrorCode;
use crate::model::{CategoryId, CategoryRow};
use crate::rules::TREE_DEPTH;
use crate::store;

/// For how long another replica's change of the tree may stay unseen.
const LIFETIME: Duration = Duration::from_secs(5);

/// A category in its tree; neighbours are named by their place in the tree's list.
pub(crate) struct Node {
    pub(crate) row: CategoryRow,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
}

/// All categories.
#[derive(Default)]
pub(crate) struct CategoryTree {
    nodes: Vec<Node>,
    roots: Vec<usize>,
    by_id: HashMap<CategoryId, usize>,
    by_slug: HashMap<String, usize>,
}

impl CategoryTree {
    /// The tree of rows that are in the order in which siblings are shown.
    pub(crate) fn new(rows: Vec<CategoryRow>) -> Self {
        let by_id: HashMap<CategoryId, usize> = rows.iter().enumerate().map(|(index, row)| (row.id, index)).collect();
        let by_slug = rows.iter().enumerate().map(|(index, row)| (row.slug.clone(), index)).collect();
        let mut nodes: Vec<Node> = rows
            .into_iter()
            .map(|row| {
                let parent = row.parent_id.and_then(|id| by_id.get(&id).copied());
                Node { row, parent, children: Vec::new() }
            })
            .collect();
        let mut roots = Vec::new();
        for index in 0..nodes.len() {
            match nodes[index].parent {
                Some(parent) => nodes[parent].children.push(index),
                None => roots.push(index),
            }
        }
        Self { nodes, roots, by_id, by_slug }
    }

    pub(crate) fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    pub(crate) fn roots(&self) -> &[usize] {
        &self.roots
    }

    pub(crate) fn find(&self, id: CategoryId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn find_slug(&self, slug: &str) -> Option<usize> {
        self.by_slug.get(slug).copied()
    }

    /// The way from the root to the category, both included.
    pub(crate) fn path(&self, index: usize) -> Vec<usize> {
        let mut path = vec![index];
        let mut at = index;
        while let Some(parent) = self.nodes[at].parent {
            path.push(parent);
            at = parent;
        }
        path.reverse();
        path
    }

    /// How many levels the category and those below it take.
    fn height(&self, index: usize) -> usize {
        1 + self.nodes[index].children.iter().map(|child| self.height(*child)).max().unwrap_or(0)
    }

    /// Whether the category, with all below it, may come to stand below `parent`, or at the top.
    pub(crate) fn check_move(&self, index: usize, parent: Option<usize>) -> Result<(), UserErrorCode> {
        let above = parent.map(|parent| self.path(parent)).unwrap_or_default();
        if above.contains(&index) {
            return Err(UserErrorCode::CategoryCycle);
        }
        if above.len() + self.height(index) > TREE_DEPTH {
            return Err(UserErrorCode::CategoryTooDeep);
        }
        Ok(())
    }

    /// The ids on the way from the root to the category; empty when there is no such category.
    pub(crate) fn path_ids(&self, id: CategoryId) -> Vec<CategoryId> {
        let Some(index) = self.find(id) else { return Vec::new() };
        self.path(index).into_iter().map(|index| self.nodes[index].row.id).collect()
    }
}

/// The tree as it was a moment ago.
#[derive(Clone)]
pub(crate) struct Categories {
    database: Database,
    kept: Cache<(), Arc<CategoryTree>>,
}

impl Categories {
    pub(crate) fn new(database: Database) -> Self {
        Self { database, kept: Cache::builder().max_capacity(1).time_to_live(LIFETIME).build() }
    }

    pub(crate) async fn tree(&self) -> Result<Arc<CategoryTree>, GraphError> {
        let read = async {
            let mut connection = self.database.connection().await.map_err(|error| error.to_string())?;
            let rows = store::categories(&mut connection).await.map_err(|error| error.to_string())?;
            Ok(Arc::new(CategoryTree::new(rows)))
        };
        self.kept.try_get_with((), read).await.map_err(|error: Arc<String>| GraphError::unavailable(error))
    }

    /// Forgets the tree after a change.
    pub(crate) async fn forget(&self) {
        self.kept.invalidate(&()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_moves_neither_below_itself_nor_too_deep() {
        use UserErrorCode::{CategoryCycle, CategoryTooDeep};
        // a > b > c, a > d, e: by index.
        let ids: Vec<CategoryId> = (0..5).map(|_| CategoryId::new()).collect();
        let parents = [None, Some(0), Some(1), Some(0), None];
        let row = |(index, parent): (usize, &Option<usize>)| CategoryRow {
            id: ids[index],
            parent_id: parent.map(|parent| ids[parent]),
            slug: index.to_string(),
            name: index.to_string(),
            position: 0,
        };
        let tree = CategoryTree::new(parents.iter().enumerate().map(row).collect());
        let [a, b, c, d, e] = [0, 1, 2, 3, 4];
        for (index, parent, expected) in [
            (a, None, Ok(())),
            (a, Some(a), Err(CategoryCycle)),
            (a, Some(c), Err(CategoryCycle)),
            (a, Some(e), Err(CategoryTooDeep)),
            (b, None, Ok(())),
            (b, Some(e), Ok(())),
            (b, Some(d), Err(CategoryTooDeep)),
            (c, Some(d), Ok(())),
            (e, Some(b), Ok(())),
            (e, Some(c), Err(CategoryTooDeep)),
        ] {
            assert_eq!(tree.check_move(index, parent), expected, "{index} below {parent:?}");
        }
    }
}
