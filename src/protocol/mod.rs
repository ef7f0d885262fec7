//! OAuth 2.0 and OpenID Connect, pure: requests are made by one function and their answers judged by
//! another, with everything that was expected as arguments. No clock, randomness, network, storage
//! or page is reached from here.
//!
//! In the order of a sign-in: [`discovery`], [`pkce`], [`authorization`], [`token`], [`jwks`],
//! [`id_token`], [`userinfo`], and at the end [`revocation`] and [`logout`]; beneath them [`http`],
//! [`url`], [`issuer`], [`jws`] and [`error`].

pub mod authorization;
pub mod discovery;
pub mod error;
pub mod http;
pub mod id_token;
pub mod issuer;
pub mod jwks;
pub mod jws;
pub mod logout;
pub mod pkce;
pub mod revocation;
pub mod token;
pub mod url;
pub mod userinfo;

#[cfg(test)]
pub(crate) mod testing;

/// Seconds since 1970-01-01T00:00:00Z, as in every time of the protocol (RFC 7519 §2 NumericDate).
pub type Timestamp = i64;
