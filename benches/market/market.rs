//! The market that is measured: the real binary on data of its own, ended and removed with its owner.

use std::fs::{File, Permissions, read_to_string, set_permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::ports::free_port;

const BINARY: &str = env!("CARGO_BIN_EXE_doa-market");
/// What would make it another market than the one in one process, on a database of its own, where no money moves.
const NOT_INHERITED: [&str; 9] = [
    "DATABASE_URL",
    "REDIS_URL",
    "AMQP_URL",
    "DOA_CONFIG",
    "SEED",
    "PUBLIC_URL",
    "TOSS_SECRET_KEY",
    "TOSS_BASE_URL",
    "TOSS_SANDBOX_URL",
];

/// The first start fills the database.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(900);
/// Longer than the market drains, with time for its PostgreSQL to stop.
const STOP_LIMIT: Duration = Duration::from_secs(45);
/// Events and recoveries that are under way when the last order is paid.
const BOOKS_LIMIT: Duration = Duration::from_secs(30);

/// A folder with the market's data, its port and its database.
pub(crate) struct Installation {
    pub(crate) url: String,
    port: u16,
    folder: PathBuf,
    given_database: Option<String>,
    /// Keys that every start of the market must be given again; none: it keeps or makes its own.
    pub(crate) secrets: Vec<(&'static str, String)>,
}

/// How other programs reach the market's database.
pub(crate) struct Access {
    pub(crate) url: String,
    /// The password of the services' roles, unless the environment has it.
    role_password: Option<String>,
}

impl Installation {
    pub(crate) fn new(given_database: Option<String>) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("doa-market-bench-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder)?;
        // The private PostgreSQL may run as another user, who must be able to enter.
        set_permissions(&folder, Permissions::from_mode(0o755))?;
        let port = free_port();
        Ok(Self { url: format!("http://127.0.0.1:{port}"), port, folder, given_database, secrets: Vec::new() })
    }

    /// The database; with a private one, only after the first start.
    pub(crate) fn database(&self) -> anyhow::Result<Access> {
        if let Some(url) = &self.given_database {
            return Ok(Access { url: url.clone(), role_password: None });
        }
        let home = self.folder.join("postgres");
        let missing = || {
            let folder = self.folder.display();
            format!("no PostgreSQL in {folder}; when its user may not enter that, choose another folder with TMPDIR")
        };
        let password = read_to_string(home.join("password")).with_context(missing)?.trim().to_owned();
        let port = self.postmaster_line(3).with_context(missing)?;
        Ok(Access { url: format!("postgres://doa:{password}@127.0.0.1:{port}/doa"), role_password: Some(password) })
    }

    /// A line of what the private PostgreSQL says about itself while it runs, from 0.
    fn postmaster_line(&self, number: usize) -> Option<String> {
        let text = read_to_string(self.folder.join("postgres/data/postmaster.pid")).ok()?;
        text.lines().nth(number).map(|line| line.trim().to_owned())
    }

    /// The market's program, to be run on this installation.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        for variable in NOT_INHERITED {
            command.env_remove(variable);
        }
        command
            .args(arguments)
            .env("LOCAL_DIRECTORY", &self.folder)
            .env("HOST", "127.0.0.1")
            .env("PORT", self.port.to_string())
            .env("LOG", "warn")
            // However long the run is, nobody has to sign in again.
            .env("AUTH_ACCESS_TOKEN_LIFETIME", "12h")
            .envs(self.secrets.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command of the market on its database, to its end.
    fn output(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let access = self.database()?;
        let mut command = self.command(arguments);
        command.env("DATABASE_URL", access.url);
        if let Some(password) = access.role_password {
            command.env("DATABASE_ROLE_PASSWORD", password);
        }
        Ok(command.output()?)
    }

    /// The same; it must succeed.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let output = self.output(arguments)?;
        ensure!(output.status.success(), "{arguments:?}: {}", said(&output));
        Ok(())
    }

    /// The books must balance once everything has settled; what the check says.
    pub(crate) async fn check_ledger(&self) -> anyhow::Result<String> {
        let deadline = Instant::now() + BOOKS_LIMIT;
        loop {
            let output = self.output(&["check", "ledger"])?;
            if output.status.success() {
                return Ok(said(&output));
            }
            ensure!(Instant::now() < deadline, "the books do not balance: {}", said(&output));
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Starts the market, with its log begun anew; the process, and the time until it was ready.
    pub(crate) async fn start(&self) -> anyhow::Result<(Server, Duration)> {
        File::create(self.log_file())?;
        let mut command = self.command(&["up"]);
        if let Some(url) = &self.given_database {
            command.env("DATABASE_URL", url);
        }
        let began = Instant::now();
        let mut server = self.spawn(command, "market")?;
        let http = platform::http_client::builder().timeout(Duration::from_secs(10)).build()?;
        loop {
            // The port is open from the beginning: a question is answered the moment that the market serves.
            let answer = http.get(format!("{}/health/ready", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok((server, began.elapsed()));
            }
            server.still_runs().with_context(|| self.end_of_log())?;
            ensure!(began.elapsed() < START_LIMIT, "the market is not ready\n{}", self.end_of_log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Starts a process of the market, which writes to the log.
    pub(crate) fn spawn(&self, mut command: Command, name: &str) -> anyhow::Result<Server> {
        let log = File::options().append(true).create(true).open(self.log_file())?;
        let child = command.stdout(log.try_clone()?).stderr(log).spawn().with_context(|| BINARY.to_owned())?;
        Ok(Server { name: name.to_owned(), child })
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("market.log")
    }

    /// How many lines of the log warn of something or tell of an error.
    pub(crate) fn warnings(&self) -> anyhow::Result<usize> {
        let log = read_to_string(self.log_file())?;
        Ok(log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).count())
    }

    pub(crate) fn end_of_log(&self) -> String {
        let log = read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let end = &lines[lines.len().saturating_sub(20)..];
        format!("the end of the market's log:\n{}", end.join("\n"))
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // The market stops its PostgreSQL itself, unless it was killed.
        if let Some(postmaster) = self.postmaster_line(0) {
            signal("INT", &postmaster);
            let deadline = Instant::now() + STOP_LIMIT;
            while self.postmaster_line(0).is_some() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("bench: {} could not be removed: {error}", self.folder.display());
        }
    }
}

/// A process of the market.
pub(crate) struct Server {
    name: String,
    child: Child,
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// # Errors
    /// When it has ended.
    pub(crate) fn still_runs(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the {} does not start ({status})", self.name),
        }
    }

    /// Asks it to stop and waits until it has.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        signal("TERM", &self.pid().to_string());
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the {} ended badly: {status}", self.name);
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the {} did not stop within {} s", self.name, STOP_LIMIT.as_secs())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        signal("TERM", &self.pid().to_string());
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(50));
        }
        // It may have ended by now; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal by the shell, which can do it without unsafe code of ours.
fn signal(name: &str, process: &str) {
    let status = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, process]).status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("bench: process {process} could not be sent SIG{name}");
    }
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    [text(&output.stdout), text(&output.stderr)].join("\n").trim().to_owned()
}
