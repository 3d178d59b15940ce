//! A stand-in of the file service: it knows the files that a test has told it about.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, Object, Schema, SimpleObject};

/// A file as the file service knows it.
#[derive(Clone, SimpleObject)]
pub(crate) struct File {
    pub(crate) owner_id: Option<ID>,
    pub(crate) seller_id: Option<ID>,
    pub(crate) purpose: FilePurpose,
}

#[derive(Clone, Copy, Enum, PartialEq, Eq)]
pub(crate) enum FilePurpose {
    ReviewPhoto,
    ClaimPhoto,
}

/// What all tests of the process have told; by id.
pub(crate) static KNOWN: LazyLock<Mutex<HashMap<String, File>>> = LazyLock::new(Mutex::default);

pub(crate) struct FileQuery;

#[Object]
impl FileQuery {
    async fn file(&self, id: ID) -> Option<File> {
        KNOWN.lock().unwrap().get(id.as_str()).cloned()
    }
}

platform::stand_in!(
    /// Knows the files that were told.
    pub(crate) FILE, "file", Schema::build(FileQuery, EmptyMutation, EmptySubscription).finish()
);
