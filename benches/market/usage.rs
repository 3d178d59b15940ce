//! What processes use, as Linux counts it, and what machine this is.

use std::fs::read_to_string;
use std::io;
use std::time::Duration;

use anyhow::Context as _;
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use serde::Serialize;

/// `/proc/<pid>/stat` counts in ticks of which every Linux shows its programs a hundred a second.
const TICK: Duration = Duration::from_millis(10);
/// How often the processes of PostgreSQL are counted again because one ended meanwhile.
const ATTEMPTS: usize = 20;

/// Processor time since some beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) server: Duration,
    pub(crate) postgres: Option<Duration>,
    pub(crate) client: Duration,
}

impl Spent {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            postgres: self.postgres.zip(before.postgres).map(|(now, before)| now.saturating_sub(before)),
            client: self.client.saturating_sub(before.client),
        }
    }
}

/// Reads what the market uses.
pub(crate) struct Meter {
    servers: Vec<u32>,
    postmaster: Option<u32>,
}

impl Meter {
    /// Of the market's processes, and of PostgreSQL's.
    pub(crate) const fn new(servers: Vec<u32>, postmaster: Option<u32>) -> Self {
        Self { servers, postmaster }
    }

    pub(crate) fn read(&self) -> anyhow::Result<Spent> {
        let mut server = Duration::ZERO;
        for process in &self.servers {
            server += Stat::of(&process.to_string()).context("the server's process")?.own;
        }
        Ok(Spent {
            server,
            postgres: self.postmaster.map(family_time).transpose().context("PostgreSQL's processes")?,
            client: Stat::of("self")?.own,
        })
    }

    pub(crate) fn memory(&self) -> anyhow::Result<Memory> {
        let mut sum = Memory { resident_mib: 0.0, peak_mib: 0.0 };
        for process in &self.servers {
            let Memory { resident_mib, peak_mib } = memory(*process)?;
            sum.resident_mib += resident_mib;
            sum.peak_mib += peak_mib;
        }
        Ok(sum)
    }
}

/// A line of `/proc/<pid>/stat`.
struct Stat {
    parent: u32,
    /// Of the process with all its threads.
    own: Duration,
    /// Of its children that have ended.
    ended_children: Duration,
}

impl Stat {
    fn of(process: &str) -> io::Result<Self> {
        let line = read_to_string(format!("/proc/{process}/stat"))?;
        Self::parse(&line).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, line))
    }

    fn parse(line: &str) -> Option<Self> {
        // The program's name is in parentheses and may hold anything; what follows the last one is numbers.
        let fields: Vec<&str> = line.get(line.rfind(')')? + 1..)?.split_ascii_whitespace().collect();
        // proc(5) counts from 1, and the third is the first here.
        let field = |number: usize| fields.get(number - 3);
        let ticks = |number: usize| field(number)?.parse::<u32>().ok().map(|count| TICK * count);
        Some(Self {
            parent: field(4)?.parse().ok()?,
            own: ticks(14)? + ticks(15)?,
            ended_children: ticks(16)? + ticks(17)?,
        })
    }
}

/// The time of a process and all its children, those that have ended included.
///
/// A child that ends moves its time over to its parent. When that happens while we count, we count again.
fn family_time(parent: u32) -> io::Result<Duration> {
    let name = parent.to_string();
    let mut sum = Duration::ZERO;
    for _ in 0..ATTEMPTS {
        let before = Stat::of(&name)?.ended_children;
        let mut children = Duration::ZERO;
        for entry in std::fs::read_dir("/proc")? {
            let entry = entry?.file_name();
            let Some(process) = entry.to_str().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())) else {
                continue;
            };
            // A process that ended since the folder was read is no concern of ours, unless it was a child.
            if let Ok(stat) = Stat::of(process)
                && stat.parent == parent
            {
                children += stat.own + stat.ended_children;
            }
        }
        let after = Stat::of(&name)?;
        sum = after.own + after.ended_children + children;
        if after.ended_children == before {
            break;
        }
    }
    Ok(sum)
}

/// A process's memory.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    pub(crate) resident_mib: f64,
    /// The most that it ever was.
    pub(crate) peak_mib: f64,
}

pub(crate) fn memory(process: u32) -> anyhow::Result<Memory> {
    let status = read_to_string(format!("/proc/{process}/status")).context("the server's process")?;
    Ok(Memory { resident_mib: mib(&status, "VmRSS:")?, peak_mib: mib(&status, "VmHWM:")? })
}

/// The value of a line such as `VmRSS:     1234 kB`.
fn mib(text: &str, name: &str) -> anyhow::Result<f64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kib: f64 = value.trim().trim_end_matches("kB").trim().parse().with_context(|| format!("{name}{value}"))?;
    Ok(kib / 1_024.0)
}

/// The PostgreSQL server behind a URL.
pub(crate) struct Postgres {
    pub(crate) version: String,
    /// The process that all others are children of; none when it does not run on this machine.
    pub(crate) postmaster: Option<u32>,
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    process: i32,
    #[diesel(sql_type = Text)]
    version: String,
}

impl Postgres {
    pub(crate) async fn at(url: &str) -> anyhow::Result<Self> {
        let mut connection = AsyncPgConnection::establish(url).await.context("PostgreSQL")?;
        let query = "SELECT pg_backend_pid() AS process, current_setting('server_version') AS version";
        let backend: Backend = diesel::sql_query(query).get_result(&mut connection).await.context("PostgreSQL")?;
        let process = backend.process.to_string();
        // Over a network or in a container the number names another process, or none.
        let is_here = read_to_string(format!("/proc/{process}/comm")).is_ok_and(|name| name.trim() == "postgres");
        let postmaster = if is_here { Some(Stat::of(&process)?.parent) } else { None };
        Ok(Self { version: backend.version, postmaster })
    }
}

/// What all of it ran on.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_gib: f64,
    pub(crate) kernel: String,
}

impl Machine {
    pub(crate) fn this() -> anyhow::Result<Self> {
        let processors = read_to_string("/proc/cpuinfo")?;
        let model =
            processors.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(':'));
        Ok(Self {
            processor: model.map_or("unknown processor", |(_, name)| name.trim()).to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            memory_gib: mib(&read_to_string("/proc/meminfo")?, "MemTotal:")? / 1_024.0,
            kernel: read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
        })
    }
}
