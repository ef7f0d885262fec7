//! Requests through the browser's `fetch`, with limits on time and size.

use super::presence;
use crate::protocol::http::{Body, Caching, FetchError, Request, RequestId, Response};
use gloo_net::Error;
use gloo_net::http::{Method, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStream, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestRedirect,
};

/// Milliseconds until a response must be complete.
pub(super) const TIMEOUT: u32 = 10_000;
/// The maximum size of a response, in bytes.
pub(super) const SIZE_LIMIT: usize = 256 * 1024;

pub(super) async fn send(request: Request) -> Result<Response, FetchError> {
    presence::unless_left(attempt(request)).await
}

async fn attempt(request: Request) -> Result<Response, FetchError> {
    let mut builder = RequestBuilder::new(&request.url)
        // A redirect is a response without status then.
        .redirect(RequestRedirect::Manual)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .cache(match request.cache {
            Caching::Allowed => RequestCache::Default,
            Caching::Reload => RequestCache::Reload,
            Caching::Forbidden => RequestCache::NoStore,
        })
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)));
    if let Some(token) = &request.authorization {
        builder = builder.header("Authorization", &format!("Bearer {}", token.secret()));
    }
    let request = match request.body {
        Body::None => builder.build(),
        Body::Form(form) => {
            let mut body = form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(form);
            builder
                .method(Method::POST)
                .header(
                    "Content-Type",
                    "application/x-www-form-urlencoded;charset=UTF-8",
                )
                .body(body.finish())
        }
    };
    let response = match request {
        Ok(request) => request.send().await.map_err(failure)?,
        Err(_) => return Err(FetchError::Unreachable),
    };
    if response.status() == 0 {
        return Err(FetchError::Redirected);
    }
    read(response).await
}

/// Reads a response completely, up to the limit.
pub(super) async fn read(response: gloo_net::http::Response) -> Result<Response, FetchError> {
    let content_type = response.headers().get("Content-Type").unwrap_or_default();
    let body = match response.body() {
        Some(stream) => bytes(stream).await?,
        None => Vec::new(),
    };
    Ok(Response {
        status: response.status(),
        retry_after: response.headers().get("Retry-After"),
        request_id: RequestId::HEADERS
            .iter()
            .find_map(|name| RequestId::parse(&response.headers().get(name)?)),
        content_type: content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase(),
        body,
    })
}

async fn bytes(stream: ReadableStream) -> Result<Vec<u8>, FetchError> {
    let bytes = start(stream, SIZE_LIMIT + 1).await?;
    if bytes.len() > SIZE_LIMIT {
        return Err(FetchError::TooLarge);
    }
    Ok(bytes)
}

/// Reads the first bytes, so many at most.
pub(super) async fn start(stream: ReadableStream, limit: usize) -> Result<Vec<u8>, FetchError> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read())
            .await
            .map_err(|error| failure_of(name_of(&error).as_deref()))?;
        if Reflect::get(&chunk, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(bytes);
        }
        let value = Reflect::get(&chunk, &"value".into()).unwrap_or(JsValue::UNDEFINED);
        let value: Uint8Array = value.dyn_into().map_err(|_| FetchError::Unreachable)?;
        let rest = u32::try_from(limit - bytes.len()).unwrap_or(u32::MAX);
        if value.length() >= rest {
            // Nothing depends on whether cancelling succeeds.
            let _ = reader.cancel();
            bytes.extend(value.subarray(0, rest).to_vec());
            return Ok(bytes);
        }
        bytes.extend(value.to_vec());
    }
}

pub(super) fn failure(error: Error) -> FetchError {
    match error {
        Error::JsError(error) => failure_of(Some(&error.name)),
        _ => failure_of(None),
    }
}

fn failure_of(name: Option<&str>) -> FetchError {
    let offline = super::window().is_some_and(|window| !window.navigator().on_line());
    match name {
        Some("TimeoutError") => FetchError::Timeout,
        _ if offline => FetchError::Offline,
        _ => FetchError::Unreachable,
    }
}

fn name_of(error: &JsValue) -> Option<String> {
    Reflect::get(error, &"name".into()).ok()?.as_string()
}
