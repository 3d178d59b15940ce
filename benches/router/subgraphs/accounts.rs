//! Who the people are.

use async_graphql::{ComplexObject, EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};

use crate::data::{self, USERS};

#[derive(SimpleObject)]
#[graphql(complex)]
struct User {
    id: ID,
    #[graphql(shareable)]
    username: Option<&'static str>,
    birthday: Option<i32>,
    #[graphql(skip)]
    full_name: &'static str,
}

#[ComplexObject]
impl User {
    async fn name(&self, nonce: Option<i32>) -> Option<&'static str> {
        let _ = nonce;
        Some(self.full_name)
    }
}

impl From<&data::User> for User {
    fn from(user: &data::User) -> Self {
        Self { id: user.id.into(), username: Some(user.username), birthday: Some(user.birthday), full_name: user.name }
    }
}

fn find(id: &str) -> Option<User> {
    USERS.iter().find(|user| user.id == id).map(User::from)
}

pub(super) struct Query;

#[Object]
impl Query {
    async fn me(&self) -> Option<User> {
        USERS.first().map(User::from)
    }

    async fn user(&self, id: ID) -> Option<User> {
        find(&id)
    }

    async fn users(&self, nonce: Option<i32>) -> Option<Vec<Option<User>>> {
        let _ = nonce;
        Some(USERS.iter().map(|user| Some(user.into())).collect())
    }

    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> Option<User> {
        find(&id)
    }
}

pub(super) fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription).enable_federation().finish()
}
