//! What hosts do wrong, by name: the file server plays it for the tests of the host's checks.

use crate::headers::has_hash;

/// One thing that a host does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFault {
    /// WebAssembly is sent with another media type.
    NoWasmType,
    /// Compressed bytes are sent without saying so.
    UndeclaredGzip,
    /// Nothing is compressed.
    NoCompression,
    /// `x.html` is redirected to `x`, and the query is dropped.
    CleanUrls,
    /// `x.html` is redirected to `x`, and the query is kept.
    CleanUrlsWithQuery,
    /// No file may be framed.
    FramingDenied,
    /// The policy lacks `'wasm-unsafe-eval'`.
    NoWasmPolicy,
    /// `index.html` is an old one: the files that it names are gone.
    StaleIndex,
    /// The folder shows the page without a slash at the end, instead of redirecting.
    MissingSlash,
    /// No security headers.
    NoHeaders,
    /// Caches keep `index.html` for ten minutes.
    CachedIndex,
    /// `callback.html` is missing.
    NoCallback,
    /// Stylesheets are missing.
    NoStyles,
    /// `start.js` is missing.
    NoScript,
}

impl HostFault {
    /// Every fault and its name.
    pub const ALL: &'static [(&'static str, HostFault)] = &[
        ("no-wasm-type", HostFault::NoWasmType),
        ("undeclared-gzip", HostFault::UndeclaredGzip),
        ("no-compression", HostFault::NoCompression),
        ("clean-urls", HostFault::CleanUrls),
        ("clean-urls-with-query", HostFault::CleanUrlsWithQuery),
        ("framing-denied", HostFault::FramingDenied),
        ("no-wasm-policy", HostFault::NoWasmPolicy),
        ("stale-index", HostFault::StaleIndex),
        ("missing-slash", HostFault::MissingSlash),
        ("no-headers", HostFault::NoHeaders),
        ("cached-index", HostFault::CachedIndex),
        ("no-callback", HostFault::NoCallback),
        ("no-styles", HostFault::NoStyles),
        ("no-script", HostFault::NoScript),
    ];

    /// The fault of this name.
    pub fn from_name(name: &str) -> Option<HostFault> {
        let mut all = HostFault::ALL.iter();
        all.find_map(|(known, fault)| (*known == name).then_some(*fault))
    }

    /// Where the host redirects a file to, if it does. Relative to the file.
    pub(crate) fn redirect(self, file: &str, query: Option<&str>) -> Option<String> {
        let name = file.rsplit('/').next()?.strip_suffix(".html")?;
        let target = if name == "index" { "./" } else { name };
        match (self, query) {
            (HostFault::CleanUrls, _) | (HostFault::CleanUrlsWithQuery, None) => {
                Some(target.to_owned())
            }
            (HostFault::CleanUrlsWithQuery, Some(query)) => Some(format!("{target}?{query}")),
            _ => None,
        }
    }

    /// The file that answers an address: hosts with clean addresses leave out the ending.
    pub(crate) fn file_of(self, relative: &str) -> Option<String> {
        let is_clean = matches!(self, HostFault::CleanUrls | HostFault::CleanUrlsWithQuery);
        let is_page = is_clean && matches!(relative, "callback" | "logout");
        is_page.then(|| format!("{relative}.html"))
    }

    /// Whether the host doesn't have the file.
    pub(crate) fn lacks(self, file: &str) -> bool {
        match self {
            HostFault::NoCallback => file == "callback.html",
            HostFault::NoStyles => file.ends_with(".css"),
            HostFault::NoScript => file == "start.js",
            _ => false,
        }
    }

    /// Changes the body of a file.
    pub(crate) fn body(self, file: &str, body: Vec<u8>) -> Vec<u8> {
        if self == HostFault::StaleIndex && file == "index.html" {
            let page = String::from_utf8_lossy(&body);
            return page
                .replace("vestibule-page-", "vestibule-page-0123456789abcdef-")
                .into_bytes();
        }
        body
    }

    /// Whether to compress a file, and whether to say so.
    pub(crate) fn encoding(this: Option<HostFault>, file: &str) -> (bool, bool) {
        match this {
            Some(HostFault::UndeclaredGzip) => (file.ends_with(".wasm"), false),
            Some(HostFault::NoCompression) => (false, false),
            _ => (true, true),
        }
    }

    /// Changes a header; `None` leaves it out.
    pub(crate) fn header(self, name: &str, value: String, file: &str) -> Option<String> {
        match (self, name) {
            (HostFault::NoHeaders, "content-type" | "cache-control") => Some(value),
            (HostFault::NoHeaders, _) => None,
            (HostFault::NoWasmType, "content-type") if file.ends_with(".wasm") => {
                Some("application/octet-stream".to_owned())
            }
            (HostFault::NoWasmPolicy, "content-security-policy") => {
                Some(value.replace(" 'wasm-unsafe-eval'", ""))
            }
            (HostFault::FramingDenied, "x-frame-options") => Some("DENY".to_owned()),
            (HostFault::FramingDenied, "content-security-policy") => {
                let end = value.find("frame-ancestors").unwrap_or(value.len());
                Some([&value[..end], "frame-ancestors 'none'"].concat())
            }
            (HostFault::CachedIndex, "cache-control") if !has_hash(file) => {
                Some("max-age=600".to_owned())
            }
            _ => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name() {
        for (name, fault) in HostFault::ALL {
            assert_eq!(HostFault::from_name(name), Some(*fault));
        }
        assert_eq!(HostFault::from_name("other"), None);
    }
}
