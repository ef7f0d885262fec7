//! Fuzz targets: one for every reader of input that others control. Each takes any bytes, and asserts what has to
//! hold of whatever the reader makes of them: that nothing panics, and that what was accepted keeps every rule.
//!
//! Only tests and fuzzers compile this module. Three things run the targets: [`driver`] on stable Rust
//! (`cargo xtask fuzz`), libFuzzer (`cargo +nightly fuzz run`, see `fuzz/`), and the tests of [`driver`],
//! which replay `fuzz/corpus/`.

// A target that fails panics.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod addresses;
mod documents;
#[cfg(test)]
mod driver;
#[cfg(test)]
pub(crate) mod mutate;
mod responses;
mod sessions;
mod third_party;
mod tokens;

use crate::json::{Json, Object};
use crate::protocol::error::{Error, ErrorCode};
use crate::protocol::http::Response;

/// A reader and what has to hold of it.
pub struct Target {
    /// Its name, and that of the folder of its corpus.
    pub name: &'static str,
    /// Checks the reader with an input. Panics if something doesn't hold.
    pub check: fn(&[u8]) -> Outcome,
    /// Words that the reader looks for, separated by `|`.
    pub words: &'static str,
}

/// What a reader made of an input, in a few words. An input with a new outcome is worth keeping.
pub type Outcome = String;

/// The start of the outcome of an input that the reader accepts.
pub const ACCEPTED: &str = "accepted";

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "response",
        check: responses::response,
        words: "state=vst_1|&code=|&iss=|&error=|&error_description=|access_denied|\
            https%3A%2F%2Fid.example.com|%00|%ff|&code=1&code=2|?|+|=",
    },
    Target {
        name: "token",
        check: responses::token,
        words: "access_token|token_type|Bearer|bEaReR|DPoP|id_token|refresh_token|expires_in|scope|\
            error|invalid_grant|login_required|3600.0|\"3600\"|4294967296",
    },
    Target {
        name: "error_body",
        check: responses::error_body,
        words: "error|error_description|errorCode|errorSummary|AADSTS65001|AADSTS9002326|E0000011|\
            invalid_client|redirect_uri_mismatch|S3CRET|\\u202e|\\u0000|\\n",
    },
    Target {
        name: "userinfo",
        check: responses::userinfo,
        words: "sub|ada|name|email|emails|email_verified|groups|cognito:groups|picture|given_name|\
            family_name|_claim_names|https://id.example.com/me.png",
    },
    Target {
        name: "discovery",
        check: documents::discovery,
        words: "issuer|authorization_endpoint|token_endpoint|jwks_uri|https://id.example.com|{tenantid}|\
            response_types_supported|code|https://login.example.com/|/v2.0|http://localhost|@|\
            9188040d-6c67-4c5b-b112-36a304b66dad|.ciamlogin.com|/tfp/|https://accounts.google.com",
    },
    Target {
        name: "configuration",
        check: documents::configuration,
        words: "providers|id|kind|client_id|oidc|google|microsoft|okta|issuer|tenant|common|domain|\
            redirect_uri|popup_redirect_uri|https://app.example.com/|mode|popup|scope|metadata|jwks|\
            api_origins|max_session|idle_timeout|storage|memory|authorization_params|\
            allowed_tenants|auto_sign_in|label|enabled|third_party_initiated_login",
    },
    Target {
        name: "json",
        check: documents::json,
        words: "\\ud83d\\ude00|\\ud800|1e400|-0|9223372036854775808|\u{feff}|\\/|[[[[[[",
    },
    Target {
        name: "key_set",
        check: tokens::key_set,
        words: "keys|kty|RSA|EC|OKP|crv|P-256|P-384|P-521|Ed25519|n|e|AQAB|x|y|kid|use|sig|enc|key_ops|\
            verify|alg|RS256|ES256|issuer|oct|k",
    },
    Target {
        name: "jwt",
        check: tokens::jwt,
        words: "alg|RS256|ES256|EdDSA|none|HS256|kid|typ|JWT|at+jwt|crit|b64|zip|enc|cty|jku|jwk|.|=|\
            eyJhbGciOiJub25lIn0",
    },
    Target {
        name: "claims",
        check: tokens::claims,
        words: "iss|sub|aud|azp|exp|iat|nbf|nonce|auth_time|at_hash|https://id.example.com|client-1|n-1|\
            1800000000|1800000600|1.8e9|[\"client-1\"]|-1|253402300800|1799999880|1800000121",
    },
    Target {
        name: "account",
        check: accounts::account,
        words: "iss|tid|hd|aud|sub|nonce|{tenantid}|https://login.microsoftonline.com/|/v2.0|n-1|client-1|\
            9188040d-6c67-4c5b-b112-36a304b66dad|11111111-2222-3333-4444-555555555555|example.com",
    },
    Target {
        name: "session",
        check: sessions::session,
        words: SESSION_WORDS,
    },
    Target {
        name: "transaction",
        check: sessions::transaction,
        words: "version|provider|started_at|return_to|request|issuer|token_endpoint|client_id|\
            redirect_uri|nonce|code_verifier|max_age|https://id.example.com/token|//evil.example|\
            1799999999|-9223372036854775808|9223372036854775807",
    },
    Target {
        name: "storage",
        check: sessions::storage,
        words: "session.DIGEST|account.DIGEST.S2|account.other.S2|session.other|stash.vestibule.session.DIGEST|\
            stash.vestibule.account.DIGEST.S2|activity|sign_out.DIGEST|S2 vst_9|auto_redirect|auto_attempt|\n|1800000000 |\
            1799999990|1800000120|-9223372036854775808|9223372036854775807",
    },
    Target {
        name: "tab_message",
        check: sessions::tab_message,
        words: SESSION_WORDS,
    },
    Target {
        name: "return_to",
        check: addresses::return_to,
        words: "/|//|\\|/\\|javascript:|data:|https://evil.example|@|%2f|%5c|\t|\n|..|/../|?|#|:|\
            \u{3000}|\u{2028}|\u{ff0f}|\u{200b}|\u{ad}|\u{0}",
    },
    Target {
        name: "third_party",
        check: third_party::third_party,
        words: "iss=|&login_hint=|&target_link_uri=|&return_to=|https://id.example.com|https%3A%2F%2Fid.example.com|\
            https://app.example.com/|https://app.example.com.evil.example/|//evil.example|%5c|@|&code=|&state=|\
            &error=|&iss=|%69ss=|#|?|&&|prompt=none|+|%00|%ff",
    },
    Target {
        name: "endpoint",
        check: addresses::endpoint,
        words: "https://|http://|localhost|.localhost|127.0.0.1|[::1]|0x7f.1|2130706433|@|:|:443|:0|\
            :65536|#|?|%|\\|id.example.com|xn--|..|[|]|[::ffff:1.2.3.4]",
    },
    Target {
        name: "date",
        check: addresses::date,
        words: "Sun, |06 |Nov |1994 |08:49:37| GMT|Feb|29|2000|2100|9999|0000|:60|+5|-1|31|\
            9223372036854775807|3600",
    },
];

const SESSION_WORDS: &str = "version|provider|issuer|client_id|subject|claims|sub|iss|ada|eve|renewals|started_at|\
            renewed_at|expires_at|refresh_token_expires_at|access_token|refresh_token|id_token|\
            session|request-session|switch|renewal-failed|active|ended|logout|sid|id|reason|expired|\
            signed-out|fresh|newer_than|inactive|active_at|retry_at|at|1800000300|\
            -9223372036854775808|9223372036854775807";

/// Runs the target of this name, for libFuzzer.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("there is such a target").check)(input);
}

/// The time of all targets.
const NOW: i64 = 1_800_000_000;

/// A response of a provider's endpoint.
fn answer(status: u16, body: &[u8]) -> Response {
    Response {
        status,
        content_type: "application/json".to_owned(),
        retry_after: None,
        request_id: None,
        body: body.to_vec(),
    }
}

/// The object that a document holds, for comparison.
fn object(document: &[u8]) -> Option<Object> {
    match Json::parse(document) {
        Ok(Json::Object(object)) => Some(object),
        _ => None,
    }
}

/// Checks what administrators read of an error, and gives its outcome.
fn check_error(error: &Error) -> Outcome {
    let shown = error.to_string();
    assert!(shown.chars().count() <= 800, "too long: {shown:?}");
    let is_plain = |c: char| {
        !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(shown.chars().all(is_plain), "not one plain line: {shown:?}");
    // Without what varies with the input, as the provider's own words do.
    let details = error.details.as_deref().unwrap_or_default();
    let is_theirs = error.code == ErrorCode::RequestRejected || !details.starts_with("The ");
    let ours = Some(details).filter(|_| !is_theirs);
    let words = ours.unwrap_or_default();
    let words = words.split([':', '"']).next().unwrap_or_default();
    let words: String = words
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .take(80)
        .collect();
    format!("{}: {words}", error.code.as_str())
}
