//! The private PostgreSQL of a local installation: found, created, started and stopped here, under an unprivileged user.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, bail, ensure};

const SUPERUSER: &str = "doa";
const DATABASE: &str = "doa";

/// A running private cluster. [`PrivatePostgres::stop`] ends it.
pub(crate) struct PrivatePostgres {
    tools: Tools,
    data: PathBuf,
    /// The cluster, as its superuser.
    pub(crate) url: String,
    /// The password of every role of the cluster.
    pub(crate) password: String,
}

/// PostgreSQL's programs, and as whom they run.
struct Tools {
    bin: PathBuf,
    user: Option<&'static str>,
}

impl PrivatePostgres {
    /// Starts the cluster below `local`; creates it first where there is none, and takes over one that still runs.
    pub(crate) fn start(local: &Path) -> anyhow::Result<Self> {
        let tools = Tools::find()?;
        let home = tools.home(&local.join("postgres"))?;
        let (data, password_file) = (home.join("data"), home.join("password"));
        if !data.join("PG_VERSION").is_file() {
            eprintln!("Creating a private PostgreSQL in {}", home.display());
            tools.create(&home, &data, &password_file)?;
        }
        let password = std::fs::read_to_string(&password_file)
            .with_context(|| format!("{} is missing; {}", password_file.display(), start_over(&home)))?
            .trim()
            .to_owned();
        let port = match running_port(&data, &tools)? {
            Some(port) => port,
            // Another program may take the port before the server has it.
            None => tools
                .launch(&home, &data)
                .or_else(|_| tools.launch(&home, &data))
                .or_else(|_| tools.launch(&home, &data))?,
        };
        let url = |database: &str| format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}");
        let cluster = Self { url: url(DATABASE), tools, data, password: password.clone() };
        cluster.ensure_database(port)?;
        Ok(cluster)
    }

    /// Stops the cluster; requests of it that run are cut.
    pub(crate) fn stop(&self) {
        let data = self.data.to_string_lossy();
        if let Err(error) = self.tools.run("pg_ctl", &["-D", &data, "-m", "fast", "-w", "stop"], &[]) {
            eprintln!("PostgreSQL was not stopped: {error:#}");
        }
    }

    fn ensure_database(&self, port: u16) -> anyhow::Result<()> {
        let port = port.to_string();
        let environment = [("PGPASSWORD", self.password.as_str())];
        let arguments = ["-h", "127.0.0.1", "-p", &port, "-U", SUPERUSER, "-Atq", "-d", "postgres", "-c"];
        let ask = format!("SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'");
        let found = self.tools.run("psql", &[&arguments[..], &[&ask]].concat(), &environment)?;
        if String::from_utf8_lossy(&found.stdout).trim() != "1" {
            let create = format!("CREATE DATABASE {DATABASE}");
            self.tools.run("psql", &[&arguments[..], &[&create]].concat(), &environment)?;
        }
        Ok(())
    }
}

impl Tools {
    fn find() -> anyhow::Result<Self> {
        let mut found: Vec<(u32, PathBuf)> = Vec::new();
        for entry in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
            let bin = entry.path().join("bin");
            if let Ok(version) = entry.file_name().to_string_lossy().parse()
                && bin.join("initdb").is_file()
            {
                found.push((version, bin));
            }
        }
        let on_path = std::env::var_os("PATH")
            .and_then(|path| std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file()));
        let bin = found.into_iter().max().map(|(_, bin)| bin).or(on_path).context(
            "PostgreSQL is not installed. Install it (Debian: apt-get install postgresql) or set DATABASE_URL",
        )?;
        let user = if is_root()? { Some(unprivileged_user()?) } else { None };
        Ok(Self { bin, user })
    }

    /// The cluster's folder: `wanted`, or one elsewhere when the unprivileged user cannot enter that.
    fn home(&self, wanted: &Path) -> anyhow::Result<PathBuf> {
        std::fs::create_dir_all(wanted).with_context(|| format!("cannot create {}", wanted.display()))?;
        let Some(user) = self.user else { return Ok(wanted.to_owned()) };
        let enters = |folder: &Path| -> anyhow::Result<bool> {
            let status = Command::new("runuser").args(["-u", user, "--", "test", "-x"]).arg(folder).status()?;
            Ok(status.success())
        };
        let folder = if enters(wanted)? {
            wanted.to_owned()
        } else {
            let name: String =
                wanted.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
            let elsewhere = Path::new("/var/lib/doa-market").join(name.trim_matches('-'));
            std::fs::create_dir_all(&elsewhere)?;
            elsewhere
        };
        let status = Command::new("chown").arg("-R").arg(user).arg(&folder).status()?;
        ensure!(status.success(), "cannot give {} to the user {user}", folder.display());
        Ok(folder)
    }

    fn create(&self, home: &Path, data: &Path, password_file: &Path) -> anyhow::Result<()> {
        if !password_file.is_file() {
            std::fs::write(password_file, uuid::Uuid::new_v4().as_simple().to_string())?;
            std::fs::set_permissions(password_file, std::fs::Permissions::from_mode(0o600))?;
            if let Some(user) = self.user {
                Command::new("chown").arg(user).arg(password_file).status()?;
            }
        }
        let (data, password_file) = (data.to_string_lossy(), password_file.to_string_lossy());
        let password_file = format!("--pwfile={password_file}");
        let arguments =
            ["-D", &data, "-U", SUPERUSER, "-A", "scram-sha-256", &password_file, "-E", "UTF8", "--locale=C.UTF-8"];
        self.run("initdb", &arguments, &[]).with_context(|| start_over(home)).map(|_| ())
    }

    /// Starts the server on a free port and returns the port.
    fn launch(&self, home: &Path, data: &Path) -> anyhow::Result<u16> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = home.join("log");
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
             -c shared_buffers=128MB -c jit=off -c timezone=UTC"
        );
        let (data, log_file) = (data.to_string_lossy(), log.to_string_lossy());
        let started =
            self.run("pg_ctl", &["-D", &data, "-l", &log_file, "-w", "-t", "60", "-o", &options, "start"], &[]);
        if let Err(error) = started {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            let last: Vec<&str> = log.lines().rev().take(5).collect();
            let last: String = last.into_iter().rev().map(|line| format!("\n    {line}")).collect();
            bail!("{error:#}\n  the end of its log:{last}\n  {}", start_over(home));
        }
        Ok(port)
    }

    fn run(&self, program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<Output> {
        let path = self.bin.join(program);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(path);
                command
            }
            None => Command::new(path),
        };
        // A folder that the unprivileged user may be in, whatever ours is.
        command.args(arguments).envs(environment.iter().copied()).current_dir("/");
        // The server inherits its parent's output; a pipe would stay open as long as the server lives.
        let output = if program == "pg_ctl" {
            let status = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status();
            status.map(|status| Output { status, stdout: Vec::new(), stderr: Vec::new() })
        } else {
            command.output()
        };
        let output = output.with_context(|| format!("cannot run {program}"))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        ensure!(output.status.success(), "{program} failed: {said}");
        Ok(output)
    }
}

/// The port of a server that still runs on these data, as its pid file has it.
fn running_port(data: &Path, tools: &Tools) -> anyhow::Result<Option<u16>> {
    let Ok(text) = std::fs::read_to_string(data.join("postmaster.pid")) else { return Ok(None) };
    if tools.run("pg_ctl", &["-D", &data.to_string_lossy(), "status"], &[]).is_err() {
        return Ok(None);
    }
    let port = text.lines().nth(3).and_then(|line| line.trim().parse().ok());
    port.map(Some).context("the pid file of the running PostgreSQL has no port")
}

fn is_root() -> anyhow::Result<bool> {
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}

fn unprivileged_user() -> anyhow::Result<&'static str> {
    let passwd = std::fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"]
        .into_iter()
        .find(|user| passwd.lines().any(|line| line.split(':').next() == Some(user)))
        .context("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`")
}

fn start_over(home: &Path) -> String {
    format!("to begin anew with an empty market, delete {}", home.display())
}
