//! The files of a page, as their host sends them.

use crate::protocol::Timestamp;
use crate::protocol::http::FetchError;

/// The bytes of a file that the checks look at. `index.html` has to fit.
pub const LIMIT: usize = 256 * 1024;

/// What a host answered for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The address, after all redirects.
    pub url: String,
    /// The HTTP status code.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The first bytes, after the host's content encoding is undone: [`LIMIT`] at most.
    pub start: Vec<u8>,
}

impl Reply {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The media type in lower case, without parameters.
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.start).into_owned()
    }
}

/// Reads the files of the page.
#[allow(async_fn_in_trait)]
pub trait HostProbe {
    /// Fetches every address past all caches, following redirects, and returns the answers in this order.
    async fn get_all(&self, urls: &[String]) -> Vec<Result<Reply, FetchError>>;

    /// The time of this device, in seconds since 1970.
    fn device_time(&self) -> Timestamp;
}
