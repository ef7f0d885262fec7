//! The page's own files, fetched to see what their host sends.

use super::fetch::{TIMEOUT, failure};
use crate::platform::host::{LIMIT, Reply};
use crate::protocol::http::FetchError;
use gloo_net::http::RequestBuilder;
use web_sys::{AbortSignal, RequestCache};

pub(super) async fn get_all(urls: &[String]) -> Vec<Result<Reply, FetchError>> {
    futures_util::future::join_all(urls.iter().map(|url| get(url))).await
}

async fn get(url: &str) -> Result<Reply, FetchError> {
    let response = RequestBuilder::new(url)
        // What the host sends now, not what the browser has kept.
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
        .send()
        .await
        .map_err(failure)?;
    let start = match response.body() {
        Some(stream) => super::fetch::start(stream, LIMIT).await?,
        None => Vec::new(),
    };
    Ok(Reply {
        url: response.url(),
        status: response.status(),
        headers: response.headers().entries().collect(),
        start,
    })
}
