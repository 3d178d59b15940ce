//! Markets for tests: real processes on a database of their own.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use diesel_async::RunQueryDsl as _;
use platform::database::Database;
use platform::testing::TestDatabase;
use serde_json::{Value, json};

use crate::ports::free_port;

const BINARY: &str = env!("CARGO_BIN_EXE_doa-market");
/// The services that have processes of their own, with the variables that name them.
pub(crate) const SERVICES: [&str; 18] = [
    "auth",
    "user",
    "seller",
    "product",
    "inventory",
    "cart",
    "order",
    "payment",
    "file",
    "coupon",
    "review",
    "shipping",
    "banner",
    "search",
    "stats",
    "settlement",
    "notification",
    "admin",
];
const STAFF: &str = "staff@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A process that ends with its owner, and how it was begun.
struct Process {
    child: Child,
    name: String,
    arguments: Vec<String>,
    more: Vec<(String, String)>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running market.
pub(crate) struct Market {
    pub(crate) url: String,
    pub(crate) sandbox: String,
    pub(crate) http: reqwest::Client,
    pub(crate) staff: Session,
    database: TestDatabase,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    processes: Vec<Process>,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

impl Session {
    pub(crate) fn of(payload: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no session in {payload}")).to_owned();
        Self {
            access_token: text(&payload["tokens"]["accessToken"]),
            refresh_token: text(&payload["tokens"]["refreshToken"]),
        }
    }
}

pub(crate) fn required(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} must be set; `make test` does"))
}

impl Market {
    /// Everything in one process.
    pub(crate) async fn all_in_one() -> Self {
        let mut market = Self::prepare().await;
        market.start_all_in_one(&[]).await;
        market.sign_in_staff().await;
        market
    }

    /// The router and one process a service, over Redis and RabbitMQ.
    pub(crate) async fn distributed() -> Self {
        Self::distributed_with(&[]).await
    }

    /// The same with these values for some options.
    pub(crate) async fn distributed_with(values: &[(&str, &str)]) -> Self {
        let mut market = Self::prepare().await;
        market.start_distributed(values).await;
        market
    }

    /// Starts the router and one process a service, with these values for some options.
    pub(crate) async fn start_distributed(&mut self, values: &[(&str, &str)]) {
        let market = self;
        let ports: Vec<u16> = SERVICES.iter().map(|_| free_port()).collect();
        for (service, port) in SERVICES.iter().zip(&ports) {
            market.set(&format!("{}_URL", service.to_uppercase()), format!("http://127.0.0.1:{port}"));
        }
        market.set("ROUTER_URL", market.url.clone());
        market.set("REDIS_URL", required("TEST_REDIS_URL"));
        market.set("AMQP_URL", required("TEST_AMQP_URL"));
        market.set("AMQP_NAMESPACE", format!("test-{}", uuid::Uuid::now_v7().as_simple()));
        market.set("INTERNAL_KEY", uuid::Uuid::new_v4().as_simple().to_string());
        for (name, value) in values {
            market.set(name, (*value).to_owned());
        }
        for (service, port) in SERVICES.iter().zip(&ports) {
            market.spawn(&["subgraph", service], &[("PORT", &port.to_string())], service);
        }
        let router_port = market.url.rsplit(':').next().unwrap().to_owned();
        market.spawn(&["router"], &[("PORT", &router_port)], "router");
        for port in ports {
            market.wait_until_ready(&format!("http://127.0.0.1:{port}")).await;
        }
        let url = market.url.clone();
        market.wait_until_ready(&url).await;
        market.sign_in_staff().await;
    }

    /// Opens the carriers' sandbox and sets what `settings` makes of its URL; the URL.
    pub(crate) async fn start_carriers(&mut self, settings: &dyn Fn(&str) -> Vec<(String, String)>) -> String {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        self.environment.extend(settings(&url));
        self.spawn(&["sandbox", "carriers"], &[("PORT", &port.to_string())], "carriers");
        self.wait_until_ready(&url).await;
        url
    }

    /// The database migrated, the staff's account made, the sandbox running; nothing else.
    pub(crate) async fn prepare() -> Self {
        let database = TestDatabase::create().await;
        let folder = std::env::temp_dir().join(format!("doa-market-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let (port, sandbox_port) = (free_port(), free_port());
        let sandbox = format!("http://127.0.0.1:{sandbox_port}");
        let url = format!("http://127.0.0.1:{port}");
        let nobody = Session { access_token: String::new(), refresh_token: String::new() };
        let http = platform::http_client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        let mut market = Self {
            environment: vec![
                ("DATABASE_URL".to_owned(), database.url.clone()),
                ("DATABASE_POOL_SIZE".to_owned(), "5".to_owned()),
                ("LOCAL_DIRECTORY".to_owned(), folder.to_string_lossy().into_owned()),
                ("PUBLIC_URL".to_owned(), url.clone()),
                ("TOSS_BASE_URL".to_owned(), sandbox.clone()),
                ("TOSS_SANDBOX_PUBLIC_URL".to_owned(), sandbox.clone()),
                ("TOSS_TIMEOUT".to_owned(), "2s".to_owned()),
                ("ORDER_STEP_LEASE".to_owned(), "3s".to_owned()),
                ("SEED".to_owned(), "false".to_owned()),
                ("WEB_CLIENT".to_owned(), String::new()),
                ("LOG".to_owned(), "warn".to_owned()),
            ],
            url,
            sandbox,
            http,
            staff: nobody,
            database,
            folder,
            processes: Vec::new(),
        };
        market.succeed(&["migrate"], &[]);
        // Their event waits in the outbox for the first start, and no service may miss it.
        market.succeed(&["admin", "create", STAFF, "관리자"], &[("ADMIN_PASSWORD", PASSWORD)]);
        market.spawn(&["sandbox", "toss"], &[("PORT", &sandbox_port.to_string())], "sandbox");
        let sandbox = market.sandbox.clone();
        market.wait_until_ready(&sandbox).await;
        market
    }

    /// Starts, or starts again, the process that everything is in.
    pub(crate) async fn start_all_in_one(&mut self, more: &[(&str, &str)]) {
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        let mut variables = vec![("PORT", port.as_str())];
        variables.extend_from_slice(more);
        self.spawn(&["up"], &variables, "market");
        let url = self.url.clone();
        self.wait_until_ready(&url).await;
    }

    /// Starts the whole market in one process beside this one, over the same database; its URL.
    pub(crate) async fn start_beside(&mut self) -> String {
        let port = free_port();
        self.spawn(&["up"], &[("PORT", &port.to_string())], "beside");
        let url = format!("http://127.0.0.1:{port}");
        self.wait_until_ready(&url).await;
        url
    }

    /// Waits until the market's process has ended by itself; false when it has not in time.
    pub(crate) async fn has_died(&mut self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(20);
        let market = self.processes.last_mut().unwrap();
        while Instant::now() < deadline {
            if market.child.try_wait().unwrap().is_some() {
                self.processes.pop();
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    /// `kill -9` of a service's process, which begins again after a while.
    pub(crate) async fn restart(&mut self, name: &str, after: Duration) {
        let place = self.processes.iter().position(|process| process.name == name).unwrap();
        let process = self.processes.remove(place);
        let (arguments, more) = (process.arguments.clone(), process.more.clone());
        drop(process);
        tokio::time::sleep(after).await;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let more: Vec<(&str, &str)> = more.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        self.spawn(&arguments, &more, name);
        let (_, port) = more.iter().find(|(name, _)| *name == "PORT").unwrap();
        self.wait_until_ready(&format!("http://127.0.0.1:{port}")).await;
    }

    /// `kill -9` of the market's process.
    pub(crate) fn kill(&mut self) {
        drop(self.processes.pop());
    }

    /// Asks the market's process to end.
    pub(crate) fn terminate(&self) {
        let id = self.processes.last().unwrap().child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
    }

    fn set(&mut self, name: &str, value: String) {
        self.environment.push((name.to_owned(), value));
    }

    /// The value of an option that the processes are given.
    #[allow(dead_code, reason = "the program `audit` asks for it")]
    pub(crate) fn value(&self, name: &str) -> &str {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("{name} is not set"), |(_, value)| value)
    }

    fn command(&self, arguments: &[&str], more: &[(&str, &str)]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .envs(more.iter().copied())
            .stdin(Stdio::null());
        command
    }

    fn spawn(&mut self, arguments: &[&str], more: &[(&str, &str)], name: &str) {
        let path = self.folder.join(format!("{name}.log"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        let mut command = self.command(arguments, more);
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let arguments = arguments.iter().map(|text| (*text).to_owned()).collect();
        let more = more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        self.processes.push(Process { child, name: name.to_owned(), arguments, more });
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str], more: &[(&str, &str)]) -> Output {
        self.command(arguments, more).output().unwrap()
    }

    fn succeed(&self, arguments: &[&str], more: &[(&str, &str)]) {
        let output = self.run(arguments, more);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    async fn wait_until_ready(&mut self, url: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let answer = self.http.get(format!("{url}/health/ready")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(Instant::now() < deadline, "{url} is not ready; its log:\n{}", self.logs());
            let ended = self.processes.iter_mut().find_map(|process| {
                process.child.try_wait().unwrap().map(|status| format!("{} ended: {status}", process.name))
            });
            assert!(ended.is_none(), "{}\n{}", ended.unwrap_or_default(), self.logs());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The ends of the processes' logs.
    pub(crate) fn logs(&self) -> String {
        let mut text = String::new();
        for entry in std::fs::read_dir(&self.folder).unwrap().flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "log") {
                let log = std::fs::read_to_string(entry.path()).unwrap_or_default();
                let end: Vec<&str> = log.lines().rev().take(15).collect();
                let end: Vec<&str> = end.into_iter().rev().collect();
                text.push_str(&format!("--- {}\n{}\n", entry.path().display(), end.join("\n")));
            }
        }
        text
    }

    pub(crate) async fn sign_in_staff(&mut self) {
        self.staff = self.sign_in(STAFF).await;
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Session {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) {
            user { id } tokens { accessToken refreshToken } userErrors { code message } } }";
        let data = self.data(query, json!({ "input": { "email": email, "password": PASSWORD } }), None).await;
        Session::of(&data["signIn"])
    }

    /// A GraphQL request; the whole answer.
    pub(crate) async fn ask(&self, query: &str, variables: Value, who: Option<&Session>, key: Option<&str>) -> Value {
        let mut request = self
            .http
            .post(format!("{}/graphql", self.url))
            .header("accept-language", "en")
            .json(&json!({ "query": query, "variables": variables }));
        if let Some(who) = who {
            request = request.bearer_auth(&who.access_token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.unwrap();
        response.json().await.unwrap()
    }

    /// A GraphQL request that must succeed; its data.
    pub(crate) async fn data(&self, query: &str, variables: Value, who: Option<&Session>) -> Value {
        self.data_with_key(query, variables, who, None).await
    }

    /// The same with an idempotency key.
    pub(crate) async fn data_with_key(
        &self,
        query: &str,
        variables: Value,
        who: Option<&Session>,
        key: Option<&str>,
    ) -> Value {
        let answer = self.ask(query, variables, who, key).await;
        assert!(answer["errors"].is_null(), "{query}\n{answer}\n{}", self.logs());
        answer["data"].clone()
    }

    /// A mutation of one field that must succeed; its payload.
    pub(crate) async fn change(&self, query: &str, input: Value, who: Option<&Session>) -> Value {
        let data = self.data(query, json!({ "input": input }), who).await;
        let payload = data.as_object().unwrap().values().next().unwrap().clone();
        assert_eq!(payload["userErrors"].as_array().map(Vec::len).unwrap_or_default(), 0, "{query}\n{payload}");
        payload
    }

    /// A REST request; its status and body, a text where it is no JSON.
    pub(crate) async fn rest(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        who: Option<&Session>,
        key: Option<&str>,
    ) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.url)).header("accept-language", "en");
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(who) = who {
            request = request.bearer_auth(&who.access_token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.unwrap();
        let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
        // What is no JSON is a file.
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        (status, body)
    }

    /// What the buyer does in the payment window: the provider's key of the payment.
    pub(crate) async fn pay_in_window(&self, order_id: &str, amount: i64) -> String {
        self.pay_in_window_with(order_id, amount, 0).await
    }

    /// The same of an order of which so much is tax-free.
    pub(crate) async fn pay_in_window_with(&self, order_id: &str, amount: i64, tax_free: i64) -> String {
        let body = json!({ "orderId": order_id, "amount": amount, "taxFreeAmount": tax_free });
        let url = format!("{}/sandbox/authorize", self.sandbox);
        let answer: Value = self.http.post(url).json(&body).send().await.unwrap().json().await.unwrap();
        answer["paymentKey"].as_str().unwrap().to_owned()
    }

    /// How often the provider was asked to take money for the order.
    pub(crate) async fn confirmations(&self, order_id: &str) -> u64 {
        let url = format!("{}/sandbox/calls?orderId={order_id}", self.sandbox);
        let answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        answer["confirm"].as_u64().unwrap()
    }

    /// The books must balance; waits a little for events and refunds under way.
    pub(crate) async fn check_ledger(&self) {
        self.until_clean("ledger").await;
    }

    /// A check must find nothing; waits a little for events and refunds under way.
    pub(crate) async fn until_clean(&self, what: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let output = self.run(&["check", what], &[]);
            if output.status.success() {
                return;
            }
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let failed = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(Instant::now() < deadline, "{said}{failed}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Plants something in a service's tables that no program would write.
    pub(crate) async fn plant(&self, service: &str, statement: &str) {
        let database = Database::connect(&self.database.settings, &self.database.url, service).unwrap();
        let mut connection = database.connection().await.unwrap();
        diesel::sql_query(statement).execute(&mut connection).await.unwrap();
    }

    /// The kinds of event that a service has told.
    #[allow(dead_code, reason = "the program `audit` does not ask")]
    pub(crate) async fn kinds_told(&self, service: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Told {
            #[diesel(sql_type = diesel::sql_types::Text)]
            kind: String,
        }
        let database = Database::connect(&self.database.settings, &self.database.url, service).unwrap();
        let mut connection = database.connection().await.unwrap();
        let kinds = diesel::sql_query("SELECT DISTINCT kind FROM outbox ORDER BY kind");
        let told: Vec<Told> = kinds.load(&mut connection).await.unwrap();
        told.into_iter().map(|told| told.kind).collect()
    }

    /// Ends all processes and removes all data.
    pub(crate) async fn end(mut self) {
        self.processes.clear();
        let _ = std::fs::remove_dir_all(&self.folder);
        self.database.drop().await;
    }
}

/// A key that was not used before.
pub(crate) fn new_key() -> String {
    uuid::Uuid::new_v4().to_string()
}
