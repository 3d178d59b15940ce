//! The sandbox's parcels, kept in a file of JSON lines: the last line of a parcel counts.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Fault, SandboxOptions};
use crate::carriers::{Parcel, Scan};
use crate::model::{Carrier, TrackingCode};

/// A parcel as the sandbox keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    carrier: Carrier,
    pub(super) parcel: Parcel,
    pub(super) callback_url: Option<String>,
    pub(super) known_since: DateTime<Utc>,
}

struct PlannedFault {
    fault: Fault,
    left: u32,
    tracking_number: Option<String>,
}

/// How often calls arrived for one parcel.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Calls {
    pub(super) track: u32,
    pub(super) push: u32,
}

struct Inner {
    parcels: HashMap<(Carrier, String), Kept>,
    faults: Vec<PlannedFault>,
    calls: HashMap<String, Calls>,
    file: File,
}

pub(super) struct Parcels {
    inner: Mutex<Inner>,
    pub(super) options: SandboxOptions,
    pub(super) client: reqwest::Client,
}

impl Parcels {
    pub(super) fn open(options: SandboxOptions) -> std::io::Result<Self> {
        if let Some(folder) = options.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).read(true).open(&options.file)?;
        let mut parcels = HashMap::new();
        for line in BufReader::new(File::open(&options.file)?).lines() {
            // A process killed while it wrote leaves half a line at the end; the parcel keeps its line before.
            if let Ok(kept) = serde_json::from_str::<Kept>(&line?) {
                parcels.insert((kept.carrier, kept.parcel.tracking_number.clone()), kept);
            }
        }
        let inner = Inner { parcels, faults: Vec::new(), calls: HashMap::new(), file };
        let client = platform::http_client::builder().build().map_err(std::io::Error::other)?;
        Ok(Self { inner: Mutex::new(inner), options, client })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The parcel's scans so far; `None` for a parcel that nobody has told of.
    pub(super) fn track(&self, carrier: Carrier, tracking_number: &str) -> Option<Parcel> {
        let kept = self.lock().parcels.get(&(carrier, tracking_number.to_owned())).cloned()?;
        let mut parcel = kept.parcel;
        let now = Utc::now();
        parcel.events.extend(self.paced(kept.known_since).into_iter().filter(|scan| scan.occurred_at <= now));
        Some(parcel)
    }

    /// The scans that time makes, those that are yet to come included.
    pub(super) fn paced(&self, known_since: DateTime<Utc>) -> Vec<Scan> {
        let pace = self.options.pace;
        if pace.is_zero() {
            return Vec::new();
        }
        let codes = [
            (TrackingCode::AtPickup, "집화처리"),
            (TrackingCode::InTransit, "간선상차"),
            (TrackingCode::OutForDelivery, "배송출발"),
            (TrackingCode::Delivered, "배송완료"),
        ];
        let scans = codes.iter().zip(1_u32..).map(|((code, description), step)| Scan {
            code: code.as_str().to_owned(),
            description: (*description).to_owned(),
            location: None,
            occurred_at: known_since + pace * step,
        });
        scans.collect()
    }

    /// Keeps where the parcel's scans are to be told.
    pub(super) fn push(&self, carrier: Carrier, tracking_number: &str, callback_url: String) -> std::io::Result<Kept> {
        self.lock().change(carrier, tracking_number, |kept| kept.callback_url = Some(callback_url))
    }

    /// Adds a scan; returns the parcel with where to tell of it.
    pub(super) fn scan(&self, carrier: Carrier, tracking_number: &str, scan: Scan) -> std::io::Result<Kept> {
        self.lock().change(carrier, tracking_number, |kept| kept.parcel.events.push(scan))
    }

    pub(super) fn plan_fault(&self, fault: Fault, times: u32, tracking_number: Option<String>) {
        self.lock().faults.push(PlannedFault { fault, left: times, tracking_number });
    }

    pub(super) fn take_fault(&self, number: &str) -> Option<Fault> {
        let mut inner = self.lock();
        let of_number = |planned: &PlannedFault| planned.tracking_number.as_deref().is_none_or(|own| own == number);
        let index = inner.faults.iter().position(of_number)?;
        let planned = inner.faults.get_mut(index)?;
        let fault = planned.fault;
        planned.left = planned.left.saturating_sub(1);
        if planned.left == 0 {
            inner.faults.remove(index);
        }
        Some(fault)
    }

    pub(super) fn count(&self, number: &str, count: impl FnOnce(&mut Calls)) {
        count(self.lock().calls.entry(number.to_owned()).or_default());
    }

    pub(super) fn calls(&self, number: &str) -> Calls {
        self.lock().calls.get(number).copied().unwrap_or_default()
    }
}

impl Inner {
    fn change(&mut self, carrier: Carrier, number: &str, change: impl FnOnce(&mut Kept)) -> std::io::Result<Kept> {
        let kept = self.parcels.entry((carrier, number.to_owned())).or_insert_with(|| Kept {
            carrier,
            parcel: Parcel { tracking_number: number.to_owned(), events: Vec::new() },
            callback_url: None,
            known_since: Utc::now(),
        });
        change(kept);
        let kept = kept.clone();
        let mut line = serde_json::to_vec(&kept)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        Ok(kept)
    }
}
