//! Migrations on a real PostgreSQL, where others migrate in the same instant.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures::future::join_all;
use platform::database::migrate_service;
use platform::testing::TestDatabase;

const TABLES: EmbeddedMigrations = embed_migrations!("../migrations/platform");
const SERVICES: [&str; 4] = ["turn_one", "turn_two", "turn_three", "turn_four"];

/// Roles are the whole server's, and the schema `public` is a whole database's: who comes second waits for its turn.
#[tokio::test(flavor = "multi_thread")]
async fn services_of_several_databases_migrate_at_the_same_instant() {
    let databases: Vec<TestDatabase> = join_all((0..4).map(|_| TestDatabase::create())).await;
    let migrations = databases.iter().flat_map(|database| SERVICES.iter().map(move |service| (database, *service)));
    let tasks = migrations.map(|(database, service)| {
        let (mut settings, url) = (database.settings.clone(), database.url.clone());
        "a password that is set each time".clone_into(&mut settings.role_password);
        tokio::spawn(async move { migrate_service(&settings, &url, service, TABLES).await })
    });
    for migrated in join_all(tasks.collect::<Vec<_>>()).await {
        assert!(migrated.unwrap().unwrap() > 0);
    }
    for database in databases {
        database.drop().await;
    }
}
