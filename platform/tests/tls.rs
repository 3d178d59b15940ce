//! TLS to a real PostgreSQL that takes nothing else, with a certificate of an authority that the test makes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::database::{Database, DatabaseSettings, Server, migrate_service};
use platform::settings::SettingSource;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

const TABLES: EmbeddedMigrations = embed_migrations!("../migrations/platform");
const PASSWORD: &str = "a password";

/// A private cluster; it ends with the test.
struct Cluster {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Starts a server that has a certificate for `localhost`.
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("doa-tls-{}", uuid::Uuid::now_v7().as_simple()));
        std::fs::create_dir(&folder).unwrap();
        own(&folder, 0o755);
        let cluster = Self { port: TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port(), folder };
        let (authority, issuer) = authority();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        cluster.write("ca.pem", &authority);
        cluster.write("other.pem", &self::authority().0);
        cluster.write("server.pem", &certificate.pem());
        cluster.write("server.key", &key.serialize_pem());
        cluster.write("password", PASSWORD);
        let data = cluster.path("data");
        let password_file = format!("--pwfile={}", cluster.path("password"));
        cluster.run("initdb", &["-D", &data, "-U", "admin", "-A", "scram-sha-256", "--no-sync", &password_file]);
        cluster.write("data/pg_hba.conf", "hostssl all all all scram-sha-256\n");
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c ssl=on \
             -c ssl_cert_file={} -c ssl_key_file={}",
            cluster.port,
            cluster.path("server.pem"),
            cluster.path("server.key"),
        );
        cluster.run("pg_ctl", &["-D", &data, "-l", &cluster.path("log"), "-w", "-o", &options, "start"]);
        cluster
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        own(&path, 0o600);
    }

    /// A URL of the server, as its superuser.
    fn url(&self, host: &str, options: &str) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!("postgres://admin:{password}@{host}:{}/postgres?{options}", self.port)
    }

    /// Runs one of PostgreSQL's programs, as a user that may.
    fn run(&self, program: &str, arguments: &[&str]) {
        let path = binaries().join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let command = command.args(arguments).current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
        let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert!(command.status().unwrap().success(), "{program} {arguments:?}: {}", log());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-D", &self.path("data"), "-m", "immediate", "-w", "stop"]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Who PostgreSQL runs as where the test is run by root.
const USER: &str = "postgres";

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

/// Makes a file the server's own.
fn own(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    if is_root() {
        let users = std::fs::read_to_string("/etc/passwd").unwrap();
        let user = users.lines().find(|line| line.split(':').next() == Some(USER)).expect("the user postgres");
        let ids: Vec<u32> = user.split(':').skip(2).take(2).map(|id| id.parse().unwrap()).collect();
        chown(path, Some(ids[0]), Some(ids[1])).unwrap();
    }
}

fn binaries() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let on_path = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>();
    let mut folders: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).chain(on_path).collect();
    folders.retain(|folder| folder.join("initdb").is_file());
    folders.into_iter().next().expect("PostgreSQL is installed")
}

/// A new authority: its certificate, and what it issues with.
fn authority() -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), Issuer::new(params, key))
}

#[derive(diesel::QueryableByName)]
struct Encrypted {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    ssl: bool,
}

async fn is_encrypted(connection: &mut AsyncPgConnection) -> bool {
    let query = diesel::sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    query.get_result::<Encrypted>(connection).await.unwrap().ssl
}

async fn connect(url: &str) -> Result<AsyncPgConnection, String> {
    let server = Server::parse(url).map_err(|error| error.to_string())?;
    server.connect().await.map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_reached_and_told_apart() {
    let cluster = Cluster::start();
    let (right, wrong) = (cluster.path("ca.pem"), cluster.path("other.pem"));
    let right = format!("sslrootcert={right}");
    let wrong = format!("sslrootcert={wrong}");
    // The certificate is for localhost, and not for its address.
    let cases = [
        ("localhost", "sslmode=prefer".to_owned(), None),
        ("localhost", "sslmode=require".to_owned(), None),
        ("127.0.0.1", format!("sslmode=require&{right}"), None),
        ("127.0.0.1", format!("sslmode=verify-ca&{right}"), None),
        ("localhost", format!("sslmode=verify-full&{right}"), None),
        ("localhost", String::new(), Some("no encryption")),
        ("localhost", "sslmode=disable".to_owned(), Some("no encryption")),
        ("localhost", format!("sslmode=require&{wrong}"), Some("certificate")),
        ("localhost", format!("sslmode=verify-ca&{wrong}"), Some("certificate")),
        ("localhost", format!("sslmode=verify-full&{wrong}"), Some("certificate")),
        ("localhost", "sslmode=verify-full".to_owned(), Some("certificate")),
        ("127.0.0.1", format!("sslmode=verify-full&{right}"), Some("not valid for name")),
    ];
    for (host, options, refusal) in cases {
        let connected = connect(&cluster.url(host, &options)).await;
        match (connected, refusal) {
            (Ok(mut connection), None) => assert!(is_encrypted(&mut connection).await, "{host} {options}"),
            (Err(error), Some(refusal)) => {
                assert!(error.contains(refusal), "{host} {options}: {error}");
            }
            (Ok(_), Some(_)) => panic!("{host} {options} was let in"),
            (Err(error), None) => panic!("{host} {options}: {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_migrates_and_works_by_tls() {
    let cluster = Cluster::start();
    let url = cluster.url("localhost", &format!("sslmode=verify-full&sslrootcert={}", cluster.path("ca.pem")));
    let password = [("DATABASE_ROLE_PASSWORD".to_owned(), "another password".to_owned())];
    let settings = DatabaseSettings::from_source(&SettingSource::from_values(password)).unwrap();
    assert!(migrate_service(&settings, &url, "thing", TABLES).await.unwrap() > 0);
    let database = Database::connect(&settings, &url, "thing").unwrap();
    let mut connection = database.connection().await.unwrap();
    assert!(is_encrypted(&mut connection).await);
    let query = diesel::sql_query("INSERT INTO inbox (event_id, consumer) VALUES (gen_random_uuid(), 'thing')");
    assert_eq!(query.execute(&mut connection).await.unwrap(), 1);
}
