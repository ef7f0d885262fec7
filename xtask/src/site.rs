//! A static file server on loopback for the built page, with the headers of [`crate::headers`]. What
//! `vestibule.json` answers is set by whoever starts it, and what the host does wrong too.

mod controls;

pub use controls::CONSOLE;

use crate::headers::{Policy, VIOLATIONS, cache_control, headers};
use crate::host_fault::HostFault;
use crate::shell::listen;
use anyhow::{Result, bail};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use controls::{Controls, SCRIPT, refusal};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Bytes below which a file isn't compressed.
const SMALL: usize = 1024;
/// The most bytes of a report of a violation.
const REPORT_LIMIT: usize = 64 * 1024;

/// What to serve, and how.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// The folder of the built page.
    pub root: PathBuf,
    /// The name under which it is opened: `127.0.0.1` or `localhost`. Browsers take the two for
    /// different sites.
    pub host: &'static str,
    /// 0: any free port.
    pub port: u16,
    /// `/`, or the path of a folder as in `/login/app/`.
    pub base_path: String,
    /// Whether the page has a router: addresses below that which name no file show the page.
    pub has_router: bool,
    pub config: SiteConfig,
    pub policy: Policy,
}

/// What `vestibule.json` answers.
#[derive(Debug, Clone)]
pub enum SiteConfig {
    Json(String),
    Missing,
    Raw {
        status: u16,
        content_type: String,
        body: String,
    },
    /// No answer as long as the page waits.
    Hang,
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct SiteRequest {
    pub method: String,
    pub path_and_query: String,
    pub headers: Vec<(String, String)>,
}

/// A running server; it stops when it is dropped.
pub struct Site {
    shared: Arc<Shared>,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    options: SiteOptions,
    config: Mutex<SiteConfig>,
    fault: Mutex<Option<HostFault>>,
    /// Compressed files, by their address and size.
    compressed: Mutex<HashMap<(String, usize), Vec<u8>>>,
    requests: Mutex<Vec<SiteRequest>>,
    violations: Mutex<Vec<Value>>,
    controls: Mutex<Controls>,
}

impl Site {
    /// Starts it on a new thread.
    pub fn start(options: SiteOptions) -> Result<Site> {
        if !options.root.join("index.html").is_file() {
            bail!(
                "{} holds no index.html: build the page first",
                options.root.display()
            );
        }
        let listener = listen(options.port, "--port")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            config: Mutex::new(options.config.clone()),
            fault: Mutex::default(),
            compressed: Mutex::default(),
            requests: Mutex::default(),
            violations: Mutex::default(),
            controls: Mutex::default(),
            options,
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                let app = axum::Router::new()
                    .fallback(move |request| answer(Arc::clone(&served), request));
                // Ended from outside, whatever connections are open.
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Ok(Site {
            shared,
            port,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub fn origin(&self) -> String {
        format!("http://{}:{}", self.shared.options.host, self.port)
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        format!("{}{}", self.origin(), self.shared.options.base_path)
    }

    pub fn set_config(&self, config: SiteConfig) {
        *lock(&self.shared.config) = config;
    }

    /// From now on, the host does this wrong; nothing with `None`.
    pub fn set_fault(&self, fault: Option<HostFault>) {
        *lock(&self.shared.fault) = fault;
    }

    /// What was asked for so far.
    pub fn requests(&self) -> Vec<SiteRequest> {
        lock(&self.shared.requests).clone()
    }

    /// The violations of the policy that browsers have reported so far
    /// ([CSP Level 3 §5.3](https://www.w3.org/TR/CSP3/#report-violation)).
    pub fn violations(&self) -> Vec<Value> {
        lock(&self.shared.violations).clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    if [VIOLATIONS, CONSOLE].contains(&request.uri().path()) {
        return record_report(&shared, request).await;
    }
    if lock(&shared.controls).refuses(request.uri().path()) {
        return refusal();
    }
    if request.uri().path() != SCRIPT {
        lock(&shared.requests).push(logged(&request));
    }
    let fault = *lock(&shared.fault);
    let path = request.uri().path();
    let base = shared.options.base_path.as_str();
    let relative = match fault {
        Some(HostFault::MissingSlash) if [path, "/"].concat() == base => Some(""),
        _ => path.strip_prefix(base),
    };
    if let Some(fault) = fault
        && let Some(target) = relative.and_then(|file| fault.redirect(file, request.uri().query()))
    {
        return redirect(&target);
    }
    let relative = match relative {
        Some(file) if fault.is_some_and(|fault| fault.lacks(file)) => None,
        relative => relative,
    };
    let clean = fault.and_then(|fault| fault.file_of(relative?));
    let relative = clean.as_deref().or(relative);
    let (status, content_type, file_name, body) = match relative {
        _ if path == SCRIPT => (
            StatusCode::OK,
            "text/javascript".to_owned(),
            "",
            lock(&shared.controls).script().into_bytes(),
        ),
        None => not_found(),
        Some("vestibule.json") => {
            let config = lock(&shared.config).clone();
            match config {
                SiteConfig::Json(text) => (
                    StatusCode::OK,
                    "application/json".to_owned(),
                    "",
                    text.into_bytes(),
                ),
                SiteConfig::Missing => not_found(),
                SiteConfig::Raw {
                    status,
                    content_type,
                    body,
                } => {
                    let status =
                        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                    (status, content_type, "", body.into_bytes())
                }
                SiteConfig::Hang => std::future::pending().await,
            }
        }
        Some(relative) => match page_or_file(&shared.options, relative) {
            Some(file) => match std::fs::read(&file) {
                Ok(bytes) => {
                    let mime = mime_guess::from_path(&file).first_or_octet_stream();
                    let name = relative.rsplit('/').next().unwrap_or_default();
                    let bytes = if mime == mime_guess::mime::TEXT_HTML {
                        lock(&shared.controls).with_script(bytes)
                    } else {
                        bytes
                    };
                    (StatusCode::OK, mime.essence_str().to_owned(), name, bytes)
                }
                Err(_) => not_found(),
            },
            None => not_found(),
        },
    };
    let document = if file_name.is_empty() {
        "index.html"
    } else {
        file_name
    };
    let is_page = content_type == "text/html";
    let body = match fault {
        Some(fault) if is_page => fault.body(document, body),
        _ => body,
    };
    let accepts = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .is_some_and(|value| value.as_bytes().windows(4).any(|part| part == b"gzip"));
    let (is_compressed, is_declared) = HostFault::encoding(fault, file_name);
    let is_compressed = is_compressed && body.len() > SMALL && (accepts || !is_declared);
    let body = if is_compressed {
        compress(&shared, path, body)
    } else {
        body
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let map = response.headers_mut();
    let cache = cache_control(file_name).to_owned();
    let sent = headers(file_name, &shared.options.policy)
        .into_iter()
        .chain([
            ("content-type", with_charset(&content_type)),
            ("cache-control", cache),
        ]);
    for (name, value) in sent {
        let value = match fault {
            Some(fault) => fault.header(name, value, file_name),
            None => Some(value),
        };
        if let Some(value) = value {
            set(map, HeaderName::from_static(name), &value);
        }
    }
    if is_compressed && is_declared {
        set(map, header::CONTENT_ENCODING, "gzip");
    }
    response
}

/// Compresses a file, once.
fn compress(shared: &Shared, path: &str, body: Vec<u8>) -> Vec<u8> {
    let key = (path.to_owned(), body.len());
    if let Some(known) = lock(&shared.compressed).get(&key) {
        return known.clone();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory doesn't fail.
    let compressed = encoder.write_all(&body).and_then(|()| encoder.finish());
    let compressed = compressed.unwrap_or(body);
    // Configurations change from test to test, at the same address.
    if path.ends_with(".wasm") || path.ends_with(".js") {
        lock(&shared.compressed).insert(key, compressed.clone());
    }
    compressed
}

fn redirect(target: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let map = response.headers_mut();
    set(map, header::LOCATION, target);
    // A test can take the fault away again.
    set(map, header::CACHE_CONTROL, "no-store");
    response
}

/// Keeps a report of a violation or from the console. Whatever isn't one is kept too, as text.
async fn record_report(shared: &Shared, request: Request) -> Response {
    let is_violation = request.uri().path() == VIOLATIONS;
    let body = axum::body::to_bytes(request.into_body(), REPORT_LIMIT).await;
    let body = body.unwrap_or_default();
    let report = serde_json::from_slice::<Value>(&body);
    if is_violation {
        let report = report.map(|report| report["csp-report"].clone());
        let report = report.unwrap_or_else(|_| String::from_utf8_lossy(&body).into());
        lock(&shared.violations).push(report);
    } else if let Ok(message) = report {
        lock(&shared.controls).console.push(message);
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn set(map: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        map.insert(name, value);
    }
}

fn with_charset(content_type: &str) -> String {
    match content_type {
        text if text.starts_with("text/") && !text.contains(';') => {
            format!("{text}; charset=utf-8")
        }
        other => other.to_owned(),
    }
}

fn not_found() -> (StatusCode, String, &'static str, Vec<u8>) {
    (
        StatusCode::NOT_FOUND,
        "text/plain".to_owned(),
        "",
        b"Not found\n".to_vec(),
    )
}

fn logged(request: &Request) -> SiteRequest {
    let headers = request.headers().iter().map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    SiteRequest {
        method: request.method().to_string(),
        path_and_query: request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        headers: headers.collect(),
    }
}

/// The file that a path names, else the page where the path may be an address of its router: those have
/// no ending.
fn page_or_file(options: &SiteOptions, relative: &str) -> Option<PathBuf> {
    let is_address = options.has_router && !relative.contains('.');
    file(&options.root, relative).or_else(|| file(&options.root, "").filter(|_| is_address))
}

/// The file that a path names inside the folder; nothing outside of it, however it is written.
fn file(root: &Path, relative: &str) -> Option<PathBuf> {
    let plain = |component: Component<'_>| matches!(component, Component::Normal(_));
    // Names with an escape are none of ours.
    if relative.contains('%')
        || relative.contains('\\')
        || !Path::new(relative).components().all(plain)
    {
        return None;
    }
    let file = if relative.is_empty() || relative.ends_with('/') {
        root.join(relative).join("index.html")
    } else {
        root.join(relative)
    };
    // Links are followed only when they stay inside.
    let file = file.canonicalize().ok()?;
    (file.is_file() && file.starts_with(root.canonicalize().ok()?)).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("dist")).unwrap();
        for name in [
            "secret.txt",
            "dist/index.html",
            "dist/a-0123456789abcdef_bg.wasm",
            "dist/start.js",
        ] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    #[test]
    fn serves_nothing_outside_of_its_folder() {
        let folder = folder();
        let root = folder.path().join("dist");
        assert!(file(&root, "").is_some());
        assert!(file(&root, "start.js").is_some());
        for path in [
            "../secret.txt",
            "/etc/passwd",
            "./../secret.txt",
            "%2e%2e/secret.txt",
            "..\\secret.txt",
            "a/../../secret.txt",
            "missing.js",
        ] {
            assert_eq!(file(&root, path), None, "{path}");
        }
    }

    fn get(site: &Site, path: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", site.port)).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_ascii_lowercase()
    }

    #[test]
    fn answers_with_the_policy_the_type_and_the_configuration() {
        let folder = folder();
        let site = Site::start(SiteOptions {
            root: folder.path().join("dist"),
            host: "127.0.0.1",
            port: 0,
            base_path: "/login/".to_owned(),
            has_router: false,
            config: SiteConfig::Json("{\"providers\":[]}".to_owned()),
            policy: Policy::new(vec!["http://localhost:4400".to_owned()]),
        })
        .unwrap();
        let page = get(&site, "/login/?code=x");
        assert!(page.starts_with("http/1.1 200"), "{page}");
        assert!(page.contains("content-security-policy: default-src 'none'"));
        assert!(page.contains("content-type: text/html; charset=utf-8"));
        assert!(page.contains("cache-control: no-cache"));
        let wasm = get(&site, "/login/a-0123456789abcdef_bg.wasm");
        assert!(wasm.contains("content-type: application/wasm") && wasm.contains("immutable"));
        assert!(get(&site, "/login/start.js").contains("content-type: text/javascript"));
        assert!(get(&site, "/login/vestibule.json").contains("{\"providers\":[]}"));
        site.set_config(SiteConfig::Missing);
        assert!(get(&site, "/login/vestibule.json").starts_with("http/1.1 404"));
        assert!(get(&site, "/").starts_with("http/1.1 404"));
        assert!(get(&site, "/login/../secret.txt").starts_with("http/1.1 404"));
        assert_eq!(site.requests()[0].path_and_query, "/login/?code=x");
    }

    #[test]
    fn addresses_of_a_router_show_the_page_and_missing_files_do_not() {
        let folder = folder();
        let mut options = SiteOptions {
            root: folder.path().join("dist"),
            host: "127.0.0.1",
            port: 0,
            base_path: "/".to_owned(),
            has_router: true,
            config: SiteConfig::Missing,
            policy: Policy::new(Vec::new()),
        };
        let page = file(&options.root, "");
        assert!(page.is_some());
        assert_eq!(page_or_file(&options, "orders/42"), page);
        assert_eq!(page_or_file(&options, "missing.js"), None);
        assert_eq!(page_or_file(&options, "../secret.txt"), None);
        options.has_router = false;
        assert_eq!(page_or_file(&options, "orders/42"), None);
    }

    #[test]
    fn a_port_that_is_taken_is_named_with_the_remedy() {
        let folder = folder();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Site::start(SiteOptions {
            root: folder.path().join("dist"),
            host: "127.0.0.1",
            port,
            base_path: "/".to_owned(),
            has_router: false,
            config: SiteConfig::Missing,
            policy: Policy::new(Vec::new()),
        })
        .err()
        .unwrap()
        .to_string();
        assert!(
            error.contains(&format!("port {port} is taken")) && error.contains("--port"),
            "{error}"
        );
    }
}
