//! `doa-market`: the composition root. It wires the services, the router and the data in one of three shapes, and knows
//! nothing else.

mod admin;
mod check;
mod cli;
mod config;
mod demo;
mod events;
mod plan;
mod postgres;
mod processes;
mod router_file;
mod schema;
mod seed;
mod services;
mod web;

use std::process::ExitCode;

use clap::Parser as _;

// Many small allocations on many threads are what a GraphQL server does; the system's allocator keeps more of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Without huge pages for the heap: they made nothing faster here, and rounded a third of the memory up.
fn spare_memory() {
    #[cfg(target_os = "linux")]
    // A kernel that cannot do so is no worse than before.
    nix::sys::prctl::set_thp_disable(true).ok();
}

fn main() -> ExitCode {
    spare_memory();
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("doa-market: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("doa-market: {error:#}");
            ExitCode::FAILURE
        }
    }
}
