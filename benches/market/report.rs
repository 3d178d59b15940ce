//! The report, for people and for programs.

use serde::Serialize;

use crate::drive::Measured;
use crate::usage::Machine;

/// Everything that was found out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) version: &'static str,
    pub(crate) build: &'static str,
    pub(crate) machine: Machine,
    pub(crate) postgres_version: String,
    pub(crate) connections: usize,
    pub(crate) seconds: u64,
    pub(crate) products: usize,
    pub(crate) variants: usize,
    pub(crate) pages: usize,
    pub(crate) start: StartReport,
    pub(crate) scenarios: Vec<Measured>,
    /// What the check of the ledger said.
    pub(crate) books: String,
    /// Lines of the market's log that warn of something, from its start to the end of the load.
    pub(crate) warnings: usize,
}

/// How the market starts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartReport {
    /// With an empty database, which is migrated and filled.
    pub(crate) first_seconds: f64,
    pub(crate) existing_database_seconds: f64,
    /// Whether starting PostgreSQL is part of it.
    pub(crate) starts_postgres: bool,
    pub(crate) idle_resident_mib: f64,
}

impl Report {
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    pub(crate) fn table(&self) -> String {
        let mut lines = vec![
            String::new(),
            format!("DOA Market {}, {} build, all in one process", self.version, self.build),
            self.surroundings(),
            format!(
                "Catalogue: {} products, {} variants to buy, {} pages to list",
                self.products, self.variants, self.pages
            ),
            self.start_line(),
            format!(
                "Load: {} connections from the same machine, {} s each; CPU-ms and latency for one request or order",
                self.connections, self.seconds
            ),
            String::new(),
            row(["", "per second", "p50 ms", "p99 ms", "server", "PostgreSQL", "client", "resident", "peak"]),
            row(["", "", "", "", "CPU-ms", "CPU-ms", "CPU-ms", "MiB", "MiB"]),
        ];
        for scenario in &self.scenarios {
            lines.extend(rows(scenario));
        }
        lines.push(String::new());
        lines.push(format!(
            "Errors: none; one would have ended the run. Warnings in the market's log: {}. Books: {}",
            self.warnings, self.books
        ));
        lines.join("\n") + "\n"
    }

    fn surroundings(&self) -> String {
        let Machine { processor, cores, memory_gib, kernel } = &self.machine;
        format!(
            "Machine: {processor}, {cores} cores, {memory_gib:.1} GiB, Linux {kernel}; PostgreSQL {}",
            self.postgres_version
        )
    }

    fn start_line(&self) -> String {
        let start = &self.start;
        let postgres = if start.starts_postgres { ", its PostgreSQL's start included" } else { "" };
        format!(
            "Start: ready in {:.2} s with an existing database{postgres} (first start, filling it: {:.1} s); idle, {:.0} MiB are resident",
            start.existing_database_seconds, start.first_seconds, start.idle_resident_mib
        )
    }
}

fn rows(scenario: &Measured) -> Vec<String> {
    let per_second = format!("{:.1} {}", scenario.per_second, scenario.unit);
    let ms = |value: f64| format!("{value:.2}");
    let mut rows = vec![row([
        scenario.name,
        &per_second,
        &ms(scenario.latency.p50_ms),
        &ms(scenario.latency.p99_ms),
        &ms(scenario.server_cpu_ms),
        &scenario.postgres_cpu_ms.map_or_else(|| "elsewhere".to_owned(), ms),
        &ms(scenario.client_cpu_ms),
        &format!("{:.0}", scenario.memory.resident_mib),
        &format!("{:.0}", scenario.memory.peak_mib),
    ])];
    for step in &scenario.steps {
        let name = format!("  {}", step.name);
        rows.push(row([&name, "", &ms(step.latency.p50_ms), &ms(step.latency.p99_ms), "", "", "", "", ""]));
    }
    rows
}

fn row([name, per_second, p50, p99, server, postgres, client, resident, peak]: [&str; 9]) -> String {
    let line = format!(
        "{name:<18}{per_second:>17}{p50:>9}{p99:>9}{server:>9}{postgres:>12}{client:>9}{resident:>10}{peak:>7}"
    );
    line.trim_end().to_owned()
}
