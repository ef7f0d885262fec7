//! A protected API on loopback, for the examples and the tests: it answers whoever brings an access
//! token that the local provider knows.

use crate::shell::listen;
use anyhow::Result;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// A request that arrived, preflights apart.
#[derive(Debug, Clone)]
pub struct ApiRequest {
    pub method: String,
    pub path: String,
    /// The `authorization` header.
    pub authorization: Option<String>,
    pub body: String,
}

/// A running API; it stops when it is dropped.
pub struct Api {
    port: u16,
    requests: Arc<Mutex<Vec<ApiRequest>>>,
    stop: Option<oneshot::Sender<()>>,
}

struct Shared {
    provider_port: u16,
    requests: Arc<Mutex<Vec<ApiRequest>>>,
    /// Tokens that `/stale` has refused once.
    refused: Mutex<HashSet<String>>,
}

impl Api {
    /// Starts it on a new thread. `provider`: the origin of the local provider.
    pub fn start(port: u16, provider: &str) -> Result<Api> {
        let listener = listen(port, "--api-port")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let provider_port = provider.rsplit(':').next().unwrap_or_default().parse()?;
        let requests = Arc::new(Mutex::default());
        let shared = Arc::new(Shared {
            provider_port,
            requests: Arc::clone(&requests),
            refused: Mutex::default(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                let app = axum::Router::new()
                    .fallback(move |request| answer(Arc::clone(&shared), request));
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Ok(Api {
            port,
            requests,
            stop: Some(stop),
        })
    }

    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What was asked for so far.
    pub fn requests(&self) -> Vec<ApiRequest> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended already.
            let _ = stop.send(());
        }
    }
}

async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut response = Response::new(Body::empty());
    allow_pages(response.headers_mut());
    if head.method == Method::OPTIONS {
        *response.status_mut() = StatusCode::NO_CONTENT;
        return response;
    }
    let body = axum::body::to_bytes(body, 1 << 20)
        .await
        .unwrap_or_default();
    let path = head.uri.path().to_owned();
    let authorization = head
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    shared
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(ApiRequest {
            method: head.method.to_string(),
            path: path.clone(),
            authorization: authorization.clone(),
            body: String::from_utf8_lossy(&body).into_owned(),
        });
    let token = authorization
        .as_deref()
        .and_then(|value| value.strip_prefix("Bearer "));
    let (status, challenge, text) = judge(&shared, &path, token, head.uri.query());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(challenge) = challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if status.is_redirection() {
        let location = HeaderValue::from_str(&text);
        headers.extend(location.ok().map(|location| (header::LOCATION, location)));
    } else {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        *response.body_mut() = Body::from(text);
    }
    response
}

/// Status, `WWW-Authenticate` and body.
fn judge(
    shared: &Shared,
    path: &str,
    token: Option<&str>,
    query: Option<&str>,
) -> (StatusCode, Option<String>, String) {
    let refuse = |challenge: &str| {
        let challenge = Some(challenge.to_owned());
        (StatusCode::UNAUTHORIZED, challenge, "{}".to_owned())
    };
    let Some(token) = token.filter(|token| is_known(shared.provider_port, token)) else {
        return refuse("Bearer realm=\"orders\", error=\"invalid_token\"");
    };
    let mut refused = shared
        .refused
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    match path {
        // Refuses each token that it sees first.
        "/stale" if refused.is_empty() => {
            refused.insert(token.to_owned());
            refuse("Bearer error=\"invalid_token\", error_description=\"It was taken back, early\"")
        }
        "/stale" if refused.contains(token) => refuse("Bearer error=\"invalid_token\""),
        "/strict" => refuse(
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"phr\", max_age=\"5\"",
        ),
        "/never" => refuse("Bearer error=\"invalid_token\""),
        "/moved" => {
            let place = query.unwrap_or("/orders").to_owned();
            (StatusCode::FOUND, None, place)
        }
        _ => (StatusCode::OK, None, "[\"Difference engine\"]".to_owned()),
    }
}

/// Any page may ask, and read why it is refused: what counts is the token.
fn allow_pages(headers: &mut HeaderMap) {
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        (
            "access-control-allow-headers",
            "authorization, content-type",
        ),
        ("access-control-allow-methods", "GET, POST"),
        ("access-control-expose-headers", "www-authenticate"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Asks the provider whose token it is, by hand: nothing else here needs an HTTP client.
fn is_known(port: u16, token: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        write!(
            stream,
            "GET /plain/userinfo HTTP/1.0\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}
