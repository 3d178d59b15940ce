//! Signing in by other people's services, against the sandbox over HTTP.

use super::factors::{complete, enrol};
use super::*;

/// The sandbox on a port of its own.
struct Sandbox {
    url: String,
    http: reqwest::Client,
}

/// What the browser came back with.
struct Back {
    flow: String,
    state: String,
    code: Option<String>,
    error: Option<String>,
}

const BEGIN: &str =
    "mutation($input: BeginOauthInput!) { beginOauth(input: $input) { url state flow userErrors { code } } }";
const COMPLETE: &str = "mutation($input: CompleteOauthInput!) { completeOauth(input: $input) {
    user { id } session { id } tokens { accessToken refreshToken } challenge { token } link { id provider email }
    ticket { token step provider email emailVerified name } userErrors { code retryable } } }";
const SIGN_UP: &str = "mutation($input: SignUpWithOauthInput!) { signUpWithOauth(input: $input) {
    user { id } session { id } tokens { accessToken refreshToken } userErrors { code field } } }";
const CONFIRM: &str = "mutation($token: String!) { confirmOauthLink(input: { token: $token }) {
    link { id provider } userErrors { code } } }";
const UNLINK: &str = "mutation($id: ID!) { unlinkOauth(input: { linkId: $id }) { link { id } userErrors { code } } }";

impl Sandbox {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = auth::sandbox::routes().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, http: platform::http_client::builder().build().unwrap() }
    }

    async fn services(&self) -> TestServices {
        start([CHEAP, ("AUTH_OAUTH_SANDBOX", "true"), ("AUTH_OAUTH_SANDBOX_URL", &self.url)]).await
    }

    async fn fault(&self, fault: &str) {
        let body = json!({ "fault": fault, "times": 1 });
        let answer = self.http.post(format!("{}/faults", self.url)).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 204);
    }

    /// Goes to the provider as a browser does, and agrees as this person.
    async fn visit(
        &self,
        services: &TestServices,
        provider: &str,
        person: (&str, bool),
        who: (RequestContext, bool),
    ) -> Back {
        let input = json!({ "input": { "provider": provider, "link": who.1 } });
        let begun = services.data("auth", BEGIN, input, who.0).await["beginOauth"].clone();
        let text = |name: &str| begun[name].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
        let url = reqwest::Url::parse(&text("url")).unwrap();
        let page = self.http.get(url.clone()).send().await.unwrap();
        assert_eq!(page.status().as_u16(), 200);
        let mut form: Vec<(String, String)> =
            url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        form.extend([("email", person.0), ("name", "김친구"), ("action", "agree")].map(|(a, b)| (a.into(), b.into())));
        if person.1 {
            form.push(("verified".to_owned(), "true".to_owned()));
        }
        let body = reqwest::Url::parse_with_params("http://x/", &form).unwrap().query().unwrap().to_owned();
        let mut post = url.clone();
        post.set_query(None);
        let request = self.http.post(post).header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.unwrap();
        let back = reqwest::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        assert_eq!(back.path(), "/oauth/callback");
        let find =
            |wanted: &str| back.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        Back { flow: text("flow"), state: find("state").unwrap(), code: find("code"), error: find("error") }
    }

    /// Signs in by a provider.
    async fn enter(&self, services: &TestServices, provider: &str, person: (&str, bool)) -> Value {
        let back = self.visit(services, provider, person, (visitor(), false)).await;
        hand_in(services, &back, visitor()).await
    }
}

async fn hand_in(services: &TestServices, back: &Back, context: RequestContext) -> Value {
    let input = json!({ "input": { "flow": back.flow, "state": back.state, "code": back.code } });
    services.data("auth", COMPLETE, input, context).await["completeOauth"].clone()
}

async fn join(services: &TestServices, ticket: &Value, email: Option<&str>) -> Value {
    let mut input = sign_up_input("unused@example.com")["input"].clone();
    let fields = input.as_object_mut().unwrap();
    fields.remove("password");
    fields.insert("email".to_owned(), json!(email));
    fields.insert("token".to_owned(), ticket["token"].clone());
    services.data("auth", SIGN_UP, json!({ "input": input }), visitor()).await["signUpWithOauth"].clone()
}

async fn is_verified(services: &TestServices, signed: &Signed) -> bool {
    let sessions = "{ mySessions { user { emailVerified } } }";
    let data = services.data("auth", sessions, json!({}), signed.context()).await;
    data["mySessions"][0]["user"]["emailVerified"] == true
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_sign_up_and_come_back() {
    let sandbox = Sandbox::open().await;
    let services = sandbox.services().await;
    let providers = services.data("auth", "{ oauthProviders }", json!({}), visitor()).await;
    assert_eq!(providers["oauthProviders"], json!(["KAKAO", "NAVER", "GOOGLE"]));
    for (provider, email, verified) in
        [("GOOGLE", "g@example.com", true), ("KAKAO", "k@example.com", true), ("NAVER", "n@example.com", false)]
    {
        let arrived = sandbox.enter(&services, provider, (email, true)).await;
        let ticket = &arrived["ticket"];
        let told = (&ticket["step"], &ticket["email"], &ticket["emailVerified"]);
        assert_eq!(told, (&json!("SIGN_UP"), &json!(email), &json!(verified)), "{provider} {arrived}");
        let joined = Signed::read(&join(&services, ticket, None).await);
        assert_eq!(
            code(&join(&services, ticket, Some("other@example.com")).await),
            "INVALID_TOKEN",
            "a ticket is good once"
        );
        assert_eq!(is_verified(&services, &joined).await, verified, "{provider}");
        let back = Signed::read(&sandbox.enter(&services, provider, (email, true)).await);
        assert_eq!(back.id, joined.id);
        assert_eq!(code(&sign_in(&services, email, PASSWORD).await), "INVALID_CREDENTIALS", "there is no password");
    }
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_by_its_verified_address_and_its_password() {
    let sandbox = Sandbox::open().await;
    let services = sandbox.services().await;
    let owner = sign_up(&services, "kim@example.com").await;
    let stranger = sign_up(&services, "lee@example.com").await;
    for provider in ["GOOGLE", "KAKAO", "NAVER"] {
        let unverified = sandbox.enter(&services, provider, ("Kim@Example.com", false)).await;
        assert_eq!(code(&unverified), "OAUTH_EMAIL_UNVERIFIED", "{provider}");
    }
    let arrived = sandbox.enter(&services, "GOOGLE", ("Kim@Example.com", true)).await;
    assert_eq!((&arrived["tokens"], &arrived["ticket"]["step"]), (&Value::Null, &json!("SIGN_IN_TO_LINK")));
    assert_eq!(code(&join(&services, &arrived["ticket"], None).await), "INVALID_TOKEN", "it is no ticket to sign up");
    let token = json!({ "token": arrived["ticket"]["token"] });
    assert_eq!(services.execute("auth", CONFIRM, token.clone(), visitor()).await.errors.len(), 1);
    let by_stranger = services.data("auth", CONFIRM, token.clone(), stranger.context()).await;
    assert_eq!(code(&by_stranger["confirmOauthLink"]), "INVALID_TOKEN");
    let linked = services.data("auth", CONFIRM, token.clone(), owner.context()).await["confirmOauthLink"].clone();
    assert_eq!(linked["link"]["provider"], "GOOGLE", "{linked}");
    let again = services.data("auth", CONFIRM, token, owner.context()).await;
    assert_eq!(code(&again["confirmOauthLink"]), "INVALID_TOKEN");
    let entered = Signed::read(&sandbox.enter(&services, "GOOGLE", ("Kim@Example.com", true)).await);
    assert_eq!(entered.id, owner.id);
    let told = facts(&services, "auth.security_changed").await;
    assert_eq!((told.len(), &told[0]["change"]), (1, &json!("ACCOUNT_LINKED")));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signed_in_link_and_unlink_but_keep_a_way_in() {
    let sandbox = Sandbox::open().await;
    let services = sandbox.services().await;
    let owner = sign_up(&services, "kim@example.com").await;
    let back = sandbox.visit(&services, "NAVER", ("else@example.com", true), (owner.context(), true)).await;
    assert_eq!(code(&hand_in(&services, &back, visitor()).await), "INVALID_OAUTH_FLOW", "somebody else's browser");
    let back = sandbox.visit(&services, "NAVER", ("else@example.com", true), (owner.context(), true)).await;
    let linked = hand_in(&services, &back, owner.context()).await;
    assert_eq!((&linked["link"]["provider"], &linked["link"]["email"]), (&json!("NAVER"), &json!("else@example.com")));
    let back = sandbox.visit(&services, "NAVER", ("third@example.com", true), (owner.context(), true)).await;
    assert_eq!(code(&hand_in(&services, &back, owner.context()).await), "ALREADY_LINKED", "one of each");
    let other = sign_up(&services, "lee@example.com").await;
    let back = sandbox.visit(&services, "NAVER", ("else@example.com", true), (other.context(), true)).await;
    assert_eq!(code(&hand_in(&services, &back, other.context()).await), "ALREADY_LINKED", "to one account alone");

    let id = json!({ "id": linked["link"]["id"] });
    let by_other = services.data("auth", UNLINK, id.clone(), other.context()).await;
    assert_eq!(code(&by_other["unlinkOauth"]), "LINK_NOT_FOUND");
    let unlinked = services.data("auth", UNLINK, id, owner.context()).await;
    assert_eq!(unlinked["unlinkOauth"]["link"]["id"], linked["link"]["id"]);
    let gone = sandbox.enter(&services, "NAVER", ("else@example.com", true)).await;
    assert_eq!(gone["ticket"]["step"], "SIGN_UP");

    let arrived = sandbox.enter(&services, "GOOGLE", ("park@example.com", true)).await;
    let park = Signed::read(&join(&services, &arrived["ticket"], None).await);
    let security = "{ mySecurity { hasPassword oauthLinks { id provider } } }";
    let data = services.data("auth", security, json!({}), park.context()).await["mySecurity"].clone();
    assert_eq!((&data["hasPassword"], &data["oauthLinks"][0]["provider"]), (&json!(false), &json!("GOOGLE")));
    let last = services.data("auth", UNLINK, json!({ "id": data["oauthLinks"][0]["id"] }), park.context()).await;
    assert_eq!(code(&last["unlinkOauth"]), "LAST_CREDENTIAL");
    Signed::read(&sandbox.enter(&services, "GOOGLE", ("park@example.com", true)).await);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_by_an_answer_that_is_not_to_be_believed() {
    let sandbox = Sandbox::open().await;
    let services = sandbox.services().await;
    let person = ("kim@example.com", true);
    sandbox.fault("denied").await;
    let denied = sandbox.visit(&services, "KAKAO", person, (visitor(), false)).await;
    assert_eq!((denied.error.as_deref(), denied.code), (Some("access_denied"), None));
    for (fault, provider, expected) in [
        ("wrong_state", "GOOGLE", "INVALID_OAUTH_FLOW"),
        ("expired_code", "GOOGLE", "OAUTH_REFUSED"),
        ("expired_code", "NAVER", "OAUTH_REFUSED"),
        ("bad_signature", "GOOGLE", "OAUTH_REFUSED"),
        ("bad_signature", "KAKAO", "OAUTH_REFUSED"),
        ("wrong_nonce", "GOOGLE", "OAUTH_REFUSED"),
        ("wrong_audience", "KAKAO", "OAUTH_REFUSED"),
        ("server_error", "KAKAO", "PROVIDER_UNAVAILABLE"),
        ("slow", "NAVER", "PROVIDER_UNAVAILABLE"),
    ] {
        sandbox.fault(fault).await;
        let refused = sandbox.enter(&services, provider, person).await;
        assert_eq!((code(&refused), &refused["ticket"]), (expected, &Value::Null), "{fault} {provider}");
    }
    // A flow, a state and a code belong together, and are good once.
    let one = sandbox.visit(&services, "GOOGLE", person, (visitor(), false)).await;
    let two = sandbox.visit(&services, "GOOGLE", person, (visitor(), false)).await;
    let mixed = Back { flow: one.flow.clone(), state: two.state.clone(), code: two.code.clone(), error: None };
    assert_eq!(code(&hand_in(&services, &mixed, visitor()).await), "INVALID_OAUTH_FLOW");
    assert_eq!(code(&hand_in(&services, &one, visitor()).await), "INVALID_OAUTH_FLOW", "the attempt used it up");
    let stolen = Back { flow: two.flow.clone(), state: two.state.clone(), code: one.code.clone(), error: None };
    assert_eq!(code(&hand_in(&services, &stolen, visitor()).await), "OAUTH_REFUSED", "PKCE binds the code");
    let good = sandbox.visit(&services, "GOOGLE", person, (visitor(), false)).await;
    assert_eq!(hand_in(&services, &good, visitor()).await["ticket"]["step"], "SIGN_UP");
    assert_eq!(code(&hand_in(&services, &good, visitor()).await), "INVALID_OAUTH_FLOW");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_by_this_way_too() {
    let sandbox = Sandbox::open().await;
    let services = sandbox.services().await;
    let arrived = sandbox.enter(&services, "GOOGLE", ("kim@example.com", true)).await;
    let signed = Signed::read(&join(&services, &arrived["ticket"], None).await);
    let app = enrol(&services, &signed).await;
    let waiting = sandbox.enter(&services, "GOOGLE", ("kim@example.com", true)).await;
    assert_eq!(waiting["tokens"], Value::Null);
    let challenge = waiting["challenge"]["token"].as_str().unwrap();
    let entered = complete(&services, challenge, json!({ "recoveryCode": app.recovery_codes[0] })).await;
    let entered = Signed::read(&entered);
    assert_eq!(entered.id, signed.id);
    // The tokens are a family as all others: a replaced one ends the session.
    let next = Signed::read(&refresh(&services, &entered.refresh).await);
    let last = Signed::read(&refresh(&services, &next.refresh).await);
    assert_eq!(code(&refresh(&services, &entered.refresh).await), "REFRESH_TOKEN_REUSED");
    assert_eq!(code(&refresh(&services, &last.refresh).await), "INVALID_REFRESH_TOKEN");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_registration_there_is_no_such_way() {
    let services = start([CHEAP, ("GOOGLE_CLIENT_ID", "ours")]).await;
    let providers = services.data("auth", "{ oauthProviders }", json!({}), visitor()).await;
    assert_eq!(providers["oauthProviders"], json!(["GOOGLE"]));
    let begin = async |provider: &str| {
        let input = json!({ "input": { "provider": provider } });
        services.data("auth", BEGIN, input, visitor()).await["beginOauth"].clone()
    };
    assert_eq!(code(&begin("KAKAO").await), "PROVIDER_UNAVAILABLE");
    let url = begin("GOOGLE").await["url"].as_str().unwrap().to_owned();
    assert!(
        url.starts_with("https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=ours&"),
        "{url}"
    );
    assert!(url.contains("code_challenge_method=S256"), "{url}");
    let request = Request::get("/sandbox/identity/google/keys").body(Body::empty()).unwrap();
    let response = services.routes_of("auth").oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 404, "no sandbox unless it is asked for");
    services.stop().await;
}
