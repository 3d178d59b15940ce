//! The sandbox's books.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::bank::{BankAnswer, TransferBody};

/// A transfer that was carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    id: String,
    body: TransferBody,
}

/// How often each call arrived, and how often money moved.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Calls {
    pub(super) sent: u32,
    pub(super) found: u32,
    pub(super) carried_out: u32,
}

/// A fault that is planned for transfers of this id, or of any.
struct Planned {
    fault: Fault,
    times: u32,
    id: Option<String>,
}

#[derive(Default)]
struct Books {
    transfers: HashMap<String, TransferBody>,
    calls: HashMap<String, Calls>,
    faults: Vec<Planned>,
}

pub(super) struct Transfers {
    books: Mutex<Books>,
    file: Mutex<File>,
}

/// Why a transfer was not carried out.
pub(super) enum Refused {
    /// The id was used for another one.
    OtherTransfer,
    /// The account does not exist.
    NoSuchAccount,
    /// The books cannot be written.
    Disk,
}

impl Transfers {
    pub(super) fn open(path: PathBuf) -> std::io::Result<Self> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut books = Books::default();
        for line in BufReader::new(&file).lines() {
            // A line that a crash cut off was never answered either.
            if let Ok(kept) = serde_json::from_str::<Kept>(&line?) {
                books.transfers.insert(kept.id, kept.body);
            }
        }
        Ok(Self { books: Mutex::new(books), file: Mutex::new(file) })
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plan(&self, fault: Fault, times: u32, id: Option<String>) {
        self.books().faults.push(Planned { fault, times, id });
    }

    /// Takes the next fault of a transfer.
    pub(super) fn take_fault(&self, id: &str) -> Option<Fault> {
        let mut books = self.books();
        let fits = |planned: &Planned| planned.times > 0 && planned.id.as_deref().is_none_or(|wanted| wanted == id);
        let planned = books.faults.iter_mut().find(|planned| fits(planned))?;
        planned.times -= 1;
        Some(planned.fault)
    }

    pub(super) fn count(&self, id: &str, count: impl FnOnce(&mut Calls)) {
        count(self.books().calls.entry(id.to_owned()).or_default());
    }

    pub(super) fn calls(&self, id: &str) -> Calls {
        self.books().calls.get(id).copied().unwrap_or_default()
    }

    /// Carries a transfer out, unless it was.
    pub(super) fn carry_out(&self, id: &str, body: TransferBody) -> Result<BankAnswer, Refused> {
        let mut books = self.books();
        match books.transfers.get(id) {
            Some(known) if *known == body => return Ok(answer(id, known)),
            Some(_) => return Err(Refused::OtherTransfer),
            None if body.account_number.ends_with("9999") => return Err(Refused::NoSuchAccount),
            None => {}
        }
        let kept = Kept { id: id.to_owned(), body: body.clone() };
        let line = serde_json::to_string(&kept).map_err(|_| Refused::Disk)?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(file, "{line}").map_err(|_| Refused::Disk)?;
        books.calls.entry(id.to_owned()).or_default().carried_out += 1;
        let answer = answer(id, &body);
        books.transfers.insert(id.to_owned(), body);
        Ok(answer)
    }

    pub(super) fn find(&self, id: &str) -> Option<BankAnswer> {
        self.books().transfers.get(id).map(|body| answer(id, body))
    }
}

fn answer(id: &str, body: &TransferBody) -> BankAnswer {
    BankAnswer { id: id.to_owned(), reference: format!("BT-{id}"), amount: body.amount }
}
