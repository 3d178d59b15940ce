//! The reports, for people.

use crate::load::Run;
use crate::options::Options;
use crate::usage::Machine;

fn row([name, per_second, p50, p95, p99, cpu, each, peak, failures]: [&str; 9]) -> String {
    format!("{name:<14}{per_second:>11}{p50:>9}{p95:>9}{p99:>9}{cpu:>9}{each:>12}{peak:>10}{failures:>10}\n")
}

fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

fn line(run: &Run) -> String {
    row([
        &run.router,
        &format!("{:.0}", run.per_second),
        &format!("{:.2}", run.p50_ms),
        &format!("{:.2}", run.p95_ms),
        &format!("{:.2}", run.p99_ms),
        &shown(run.cpu_seconds, 2),
        &shown(run.cpu_ms_each, 3),
        &shown(run.peak_mib, 1),
        &run.failures.to_string(),
    ])
}

/// Every run; where there are several, the medians and how each router compares with the first.
pub(crate) fn load(options: &Options, runs: &[Run]) -> anyhow::Result<String> {
    let machine = Machine::this()?;
    let mut text = format!(
        "\nGateway benchmark: {} connections, {} s after {} s of warming up, another variable in every request\n\
         Machine: {}, {} cores, Linux {}; subgraphs and load on the same cores\n\n",
        options.connections, options.seconds, options.warm_up, machine.processor, machine.cores, machine.kernel
    );
    text += &row(["", "requests/s", "p50 ms", "p95 ms", "p99 ms", "CPU s", "CPU ms each", "peak MiB", "failures"]);
    text.extend(runs.iter().map(line));
    let mut names: Vec<&str> = Vec::new();
    for run in runs {
        if !names.contains(&run.router.as_str()) {
            names.push(&run.router);
        }
    }
    if runs.len() > names.len() || names.len() > 1 {
        text += "\nMedians, and requests/s and CPU against the first\n";
        let medians: Vec<Run> = names.iter().map(|name| median(runs, name)).collect();
        for run in &medians {
            let speed = run.per_second / medians[0].per_second;
            let cpu = run.cpu_ms_each.zip(medians[0].cpu_ms_each).map(|(own, first)| own / first);
            text += line(run).trim_end();
            text += &format!("   ×{speed:.2} requests/s, ×{} CPU each\n", shown(cpu, 2));
        }
    }
    Ok(text)
}

fn median(runs: &[Run], name: &str) -> Run {
    let own: Vec<&Run> = runs.iter().filter(|run| run.router == name).collect();
    let middle = |value: &dyn Fn(&Run) -> f64| {
        let mut values: Vec<f64> = own.iter().map(|run| value(run)).collect();
        values.sort_by(f64::total_cmp);
        let at = values.len() / 2;
        if values.len().is_multiple_of(2) { f64::midpoint(values[at - 1], values[at]) } else { values[at] }
    };
    let known = |value: &dyn Fn(&Run) -> Option<f64>| {
        own.iter().all(|run| value(run).is_some()).then(|| middle(&|run| value(run).unwrap_or_default()))
    };
    Run {
        router: name.to_owned(),
        per_second: middle(&|run| run.per_second),
        p50_ms: middle(&|run| run.p50_ms),
        p95_ms: middle(&|run| run.p95_ms),
        p99_ms: middle(&|run| run.p99_ms),
        cpu_seconds: known(&|run| run.cpu_seconds),
        cpu_ms_each: known(&|run| run.cpu_ms_each),
        peak_mib: known(&|run| run.peak_mib),
        failures: own.iter().map(|run| run.failures).sum(),
    }
}
