//! What the sandbox remembers: who was verified, and the faults to come.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use super::Fault;

/// Somebody as typed into the window.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) birth_date: NaiveDate,
    pub(super) gender: String,
    pub(super) phone_number: String,
}

/// What was decided in a window.
#[derive(Clone, Debug)]
pub(super) struct Decided {
    /// None when the person gave up.
    pub(super) person: Option<Person>,
    pub(super) at: DateTime<Utc>,
}

/// A fault that is planned for the verification of this id, or for any.
struct Planned {
    fault: Fault,
    times: u32,
    id: Option<String>,
}

#[derive(Default)]
struct Kept {
    decided: HashMap<String, Decided>,
    faults: Vec<Planned>,
}

#[derive(Default)]
pub(super) struct Memory(Mutex<Kept>);

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plan(&self, fault: Fault, times: u32, id: Option<String>) {
        self.kept().faults.push(Planned { fault, times, id });
    }

    /// Takes the next fault of a verification.
    pub(super) fn take_fault(&self, id: &str) -> Option<Fault> {
        let mut kept = self.kept();
        let fits = |planned: &Planned| planned.times > 0 && planned.id.as_deref().is_none_or(|wanted| wanted == id);
        let planned = kept.faults.iter_mut().find(|planned| fits(planned))?;
        planned.times -= 1;
        Some(planned.fault)
    }

    pub(super) fn find(&self, id: &str) -> Option<Decided> {
        self.kept().decided.get(id).cloned()
    }

    /// Keeps what was decided; false when the person was verified already.
    pub(super) fn decide(&self, id: &str, decided: Decided) -> bool {
        let mut kept = self.kept();
        if kept.decided.get(id).is_some_and(|known| known.person.is_some()) {
            return false;
        }
        kept.decided.insert(id.to_owned(), decided);
        true
    }
}
