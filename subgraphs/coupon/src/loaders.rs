//! Batched reads for entity resolvers and nested fields.

use std::collections::HashMap;
use std::sync::Arc;

use platform::database::Database;
use platform::errors::GraphError;
use platform::loader::Loader;

use crate::model::{CouponId, CouponRow, PolicyId, PolicyRow, UserId};
use crate::store;

/// One loader per kind of key.
pub(crate) struct Loaders {
    policies: Loader<PolicyId, Arc<PolicyRow>>,
    coupons: Loader<CouponId, CouponRow>,
    issued: Loader<(UserId, PolicyId), i64>,
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let [policies, coupons, issued] = std::array::from_fn(|_| database.clone());
        Self {
            policies: Loader::new(move |ids: Vec<PolicyId>| {
                let database = policies.clone();
                async move {
                    let rows = store::policies_by_id(&mut *database.connection().await?, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
                }
            }),
            coupons: Loader::new(move |ids: Vec<CouponId>| {
                let database = coupons.clone();
                async move {
                    let rows = store::coupons_by_id(&mut *database.connection().await?, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
                }
            }),
            issued: Loader::new(move |keys: Vec<(UserId, PolicyId)>| {
                let database = issued.clone();
                async move {
                    let mut by_user: HashMap<UserId, Vec<PolicyId>> = HashMap::new();
                    for (user, policy) in keys {
                        by_user.entry(user).or_default().push(policy);
                    }
                    let mut counts = HashMap::new();
                    let mut connection = database.connection().await?;
                    for (user, policies) in by_user {
                        let issued = store::issued_to(&mut connection, user, &policies).await?;
                        counts.extend(issued.into_iter().map(|(policy, count)| ((user, policy), count)));
                    }
                    Ok(counts)
                }
            }),
        }
    }

    pub(crate) async fn policy(&self, id: PolicyId) -> Result<Option<Arc<PolicyRow>>, GraphError> {
        self.policies.load(id).await
    }

    pub(crate) async fn coupon(&self, id: CouponId) -> Result<Option<CouponRow>, GraphError> {
        self.coupons.load(id).await
    }

    /// How many coupons of the policy the user has had.
    pub(crate) async fn issued(&self, user: UserId, policy: PolicyId) -> Result<i64, GraphError> {
        Ok(self.issued.load((user, policy)).await?.unwrap_or(0))
    }
}
