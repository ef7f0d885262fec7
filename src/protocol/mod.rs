//! OAuth 2.0 and OpenID Connect as pure functions: no clock, randomness, network, storage or page is
//! reached from here.
//!
//! Each step has a function that makes the request and one that processes the response, with everything
//! that was expected as arguments. In the order of a sign-in:
//!
//! | Step | Request | Response |
//! | --- | --- | --- |
//! | metadata | [`discovery::request`] | [`discovery::process_response`] |
//! | PKCE, `state`, `nonce` | [`pkce::RequestSecrets`] | |
//! | authorization | [`authorization::request_url`] | [`authorization::validate_response`] |
//! | code for tokens | [`token::code_request`] | [`token::process_code_response`] |
//! | keys | [`jwks::request`] | [`jwks::process_response`] |
//! | ID token | | [`jws::Jws::parse`], the signature, [`id_token::validate_claims`] |
//! | userinfo | [`userinfo::request`] | [`userinfo::process_response`] |
//! | renewal | [`token::refresh_request`] | [`token::process_refresh_response`], [`id_token::validate_refreshed`] |
//! | sign-out | [`revocation`], [`logout::request_url`] | |
//!
//! They share [`http`], [`url`], [`issuer`], [`error`] and [`error_response`].

#[doc(hidden)]
pub mod authorization;
#[doc(hidden)]
pub mod discovery;
pub mod error;
#[doc(hidden)]
pub mod error_response;
#[doc(hidden)]
pub mod http;
#[doc(hidden)]
pub mod id_token;
#[doc(hidden)]
pub mod issuer;
#[doc(hidden)]
pub mod jwks;
#[doc(hidden)]
pub mod jws;
#[doc(hidden)]
pub mod logout;
#[doc(hidden)]
pub mod pkce;
#[doc(hidden)]
pub mod revocation;
#[doc(hidden)]
pub mod token;
#[doc(hidden)]
pub mod url;
#[doc(hidden)]
pub mod userinfo;

#[cfg(test)]
pub(crate) mod testing;

/// Seconds since 1970-01-01T00:00:00Z, as in all times of the protocol: NumericDate in
/// [RFC 7519 §2](https://www.rfc-editor.org/rfc/rfc7519#section-2).
pub type Timestamp = i64;

/// Whether it's a time until the end of the year 9999.
pub(crate) fn is_time(seconds: Timestamp) -> bool {
    (0..=253_402_300_799).contains(&seconds)
}
