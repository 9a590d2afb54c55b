//! A browser without a window, over the router itself.

use crate::cast::{Node, World};
use axum::Router;
use axum::body::Body;
use base::{OfficerId, Redacted, Timestamp};
use casework::Role;
use desk::staff::{AddOfficer, Officer};
use http::{HeaderMap, Request, StatusCode, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;
use web::{Settings, WebState};

pub const HOST: &str = "batam.localhost:8201";
pub const PASSWORD: &str = "kata sandi petugas";
pub const TOTP: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn page(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Where it sends the browser.
    pub fn to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.page());
        self.header("location").to_owned()
    }

    /// The form whose action ends so, with its hidden and chosen values.
    pub fn form(&self, action_ends: &str) -> Form {
        let page = self.page();
        for part in page.split("<form ").skip(1) {
            let part = part.split("</form>").next().unwrap();
            let action = attribute(part, "action").unwrap();
            if action.ends_with(action_ends) {
                return Form { action, values: hidden(part) };
            }
        }
        panic!("no form to {action_ends} on {} {}", self.status, page.chars().take(3_000).collect::<String>());
    }
}

fn hidden(part: &str) -> Vec<(String, String)> {
    let inputs = part.split("<input ").skip(1).map(|input| input.split('>').next().unwrap());
    let kept = inputs.filter(|input| input.contains("type=\"hidden\"") || input.contains(" checked"));
    kept.map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default())).collect()
}

pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, from) = tag.split_once(&format!("{name}=\""))?;
    let plain =
        |value: &str| value.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&");
    from.split('"').next().map(plain)
}

/// A form that is being filled in.
#[derive(Clone)]
pub struct Form {
    pub action: String,
    pub values: Vec<(String, String)>,
}

impl Form {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.values.retain(|(known, _)| known != name);
        self.and(name, value)
    }

    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.values.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.values.retain(|(known, _)| known != name);
        self
    }
}

/// One person at one node.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// The same person at another process.
    pub fn at(self, router: Router) -> Self {
        Self { router, ..self }
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 10_000_000).await.unwrap().to_vec();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.get(name).cloned()
    }

    pub fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        if jar.is_empty() { request } else { request.header(header::COOKIE, jar.join("; ")) }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub async fn post(&mut self, form: &Form) -> Answer {
        let part =
            |text: &str| -> String { text.bytes().flat_map(|byte| ["%".to_owned(), base::hex(&[byte])]).collect() };
        let pairs: Vec<String> = form.values.iter().map(|(n, v)| format!("{}={}", part(n), part(v))).collect();
        let request = self.request("POST", &form.action).header("sec-fetch-site", "same-origin");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(pairs.join("&"))).unwrap()).await
    }

    /// Posts a form with one file, as a browser sends it.
    pub async fn post_with(&mut self, form: &Form, (name, file_name, bytes): (&str, &str, &[u8])) -> Answer {
        let mut body = Vec::new();
        for (field, value) in &form.values {
            let part = format!("--x\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let file = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\r\n");
        body.extend([file.as_bytes(), bytes, b"\r\n--x--\r\n"].concat());
        let request = self.request("POST", &form.action).header("sec-fetch-site", "same-origin");
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Gets a page and posts one of its forms.
    pub async fn submit(&mut self, path: &str, action: &str, named: &[(&str, &str)]) -> Answer {
        let form = self.get(path).await.form(action);
        let form = named.iter().fold(form, |form, (name, value)| form.with(name, value));
        self.post(&form).await
    }

    /// Posts the form of a step, looks at its answers and confirms them.
    pub async fn records(&mut self, form: &Form) -> Answer {
        let checked = self.post(form).await;
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.page());
        self.post(&checked.form("/selesai").with("_sah", "1")).await
    }

    pub async fn log_in(&mut self, site: &Site, login: &str) -> Answer {
        let code = web::totp_code(TOTP, site.node().desk.now()).unwrap();
        self.submit("/masuk", "/masuk", &[("nama", login), ("sandi", PASSWORD), ("totp", &code)]).await
    }
}

/// Where Batam's pages are over Tor; made up.
pub const ONION: &str = "http://rekaan.onion";

/// Batam with its pages and its staff.
pub struct Site {
    pub world: World,
    pub state: WebState,
    pub router: Router,
}

/// Staff of the stories: log-in name and roles.
const STAFF: [(&str, &[Role]); 9] = [
    ("dewi", &[Role::IntakeOfficer]),
    ("sari", &[Role::CaseManager, Role::ReferralDesk]),
    ("maria", &[Role::IdentificationTeam]),
    ("anton", &[Role::IdentificationTeam]),
    ("hasan", &[Role::TaskforceCoordinator]),
    ("wayan", &[Role::Installer]),
    ("bripka", &[Role::Police]),
    ("tuti", &[Role::CaseManager]),
    ("ratih", &[Role::Auditor]),
];

impl Site {
    pub async fn new() -> Self {
        Self::over(Box::pin(World::new()).await).await
    }

    /// The pages over a world that has a story already.
    pub async fn over(world: World) -> Self {
        for (login, roles) in STAFF {
            add(&world.batam, login, roles).await;
        }
        let settings = Settings {
            hosts: vec![HOST.to_owned()],
            tls: false,
            run_by: "Gugus Tugas PP-TPPO Kota Batam".to_owned(),
            duty_phone: "+62 778 000 000".to_owned(),
            demo: true,
            exit_to: "https://cuaca.example/".to_owned(),
            onion: Some(ONION.to_owned()),
            window: false,
            password_cost: seal::Cost::CHEAP,
        };
        // All browsers of a test have one address.
        let state = WebState::new(Arc::clone(&world.batam.desk), settings, None).with_free_checks(u32::MAX);
        Self { router: web::router(state.clone()), state, world }
    }

    pub fn node(&self) -> &Node {
        &self.world.batam
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    pub async fn as_officer(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.log_in(self, login).await;
        assert_eq!(answer.to(), "/hari-ini");
        browser
    }

    pub async fn id_of(&self, login: &str) -> OfficerId {
        let mut view = self.node().desk.read().await.unwrap();
        desk::staff::officer::officer_by_login(&mut view, login).await.unwrap().unwrap().id
    }
}

pub async fn add(node: &Node, login: &str, roles: &[Role]) {
    let officer = Officer {
        login: login.to_owned(),
        name: Redacted::new(login[..1].to_uppercase() + &login[1..]),
        roles: roles.iter().copied().collect(),
        password: Redacted::new(seal::hash_password(PASSWORD, seal::Cost::CHEAP, &*node.desk.chance).unwrap()),
        totp: Redacted::new(TOTP.to_owned()),
        passkeys: BTreeMap::new(),
        paper: Vec::new(),
        since: Timestamp::default(),
        left: None,
    };
    node.does(&node.officer(9, &[Role::Installer]), &AddOfficer(officer)).await.unwrap();
}
