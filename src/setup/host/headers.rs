//! The headers that a static host should send with the page. `?setup` and `doctor` show them, the server of demo and
//! tests sends them, and the README repeats them. It uses only the standard library: xtask compiles this file too.

/// Whose pages may show a file in a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Nobody,
    /// Pages of the same origin.
    OwnPages,
    /// Those of the providers.
    Providers,
}

/// Only what needs a frame may be framed.
fn framing(file_name: &str) -> Framing {
    match file_name {
        // Silent sign-ins return to it in a hidden iframe.
        "callback.html" => Framing::OwnPages,
        // Providers load it in a hidden iframe when somebody signs out there.
        "logout.html" => Framing::Providers,
        _ => Framing::Nobody,
    }
}

/// What a deployment decides about its content security policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The origins that the page talks to, which are the providers'.
    pub connect: Vec<String>,
    /// The Trusted Types policies that scripts may create. Vestibule needs none; some frameworks need one.
    pub trusted_types: &'static str,
    /// Whether browsers report violations to [`VIOLATIONS`].
    pub reports_violations: bool,
}

/// Where browsers report violations of the policy.
pub const VIOLATIONS: &str = "/policy-violations";

impl Policy {
    /// The recommended policy for a page that talks to these origins.
    pub fn new(connect: Vec<String>) -> Policy {
        Policy {
            connect,
            trusted_types: "'none'",
            reports_violations: false,
        }
    }
}

/// Headers of a response.
pub fn headers(file_name: &str, policy: &Policy) -> Vec<(&'static str, String)> {
    let frame_options = match framing(file_name) {
        Framing::Nobody => Some("DENY"),
        Framing::OwnPages => Some("SAMEORIGIN"),
        // This header can't name other origins.
        Framing::Providers => None,
    };
    let mut headers = vec![
        (
            "content-security-policy",
            content_security_policy(file_name, policy),
        ),
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    headers.extend(frame_options.map(|value| ("x-frame-options", value.to_owned())));
    headers
}

/// Only the page's files run, they talk only to their own origin and to the providers, and they never turn text into
/// markup or scripts.
pub fn content_security_policy(file_name: &str, policy: &Policy) -> String {
    let origins: String = policy
        .connect
        .iter()
        .map(|origin| format!(" {origin}"))
        .collect();
    // Only Vestibule's own scripts run in the files that may be framed.
    let trusted_types = match framing(file_name) {
        Framing::Nobody => policy.trusted_types,
        _ => "'none'",
    };
    let report = if policy.reports_violations {
        format!("; report-uri {VIOLATIONS}")
    } else {
        String::new()
    };
    let ancestors = match framing(file_name) {
        Framing::Nobody => " 'none'",
        Framing::OwnPages => " 'self'",
        Framing::Providers => origins.as_str(),
    };
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        &format!("img-src 'self' data: https:{origins}"),
        "font-src 'self'",
        &format!("connect-src 'self'{origins}"),
        &format!("frame-src 'self'{origins}"),
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        &format!("trusted-types {trusted_types}"),
        &format!("frame-ancestors{ancestors}{report}"),
    ]
    .join("; ")
}

/// The files that need other headers than the rest, and the page itself.
pub const FILES: &[&str] = &["index.html", "callback.html", "logout.html"];

/// The headers of a file as lines, ready to copy into a host's configuration.
pub fn header_lines(file_name: &str, policy: &Policy) -> String {
    let lines: Vec<String> = headers(file_name, policy)
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.join("\n")
}

/// How long a browser may keep a file. Files with a hash in their name never change.
pub fn cache_control(file_name: &str) -> &'static str {
    if has_hash(file_name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// `vestibule-page-3c56f0a1b2c3d4e5_bg.wasm`: a part of at least twelve hexadecimal digits.
pub fn has_hash(file_name: &str) -> bool {
    file_name
        .split(['-', '_', '.'])
        .any(|part| part.len() >= 12 && part.chars().all(|c| c.is_ascii_hexdigit()))
}
