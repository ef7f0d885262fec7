//! What is checked, and what a check can find.

use super::mix_up::OwnRedirectUri;
use crate::protocol::error::Error;

/// One thing that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// What the page itself needs.
    Configuration,
    /// The discovery document.
    Discovery,
    /// The issuer that the document names.
    Issuer,
    /// The authorization code flow with PKCE.
    CodeFlow,
    /// The scopes of a sign-in.
    Scopes,
    /// The defense against mix-up attacks.
    MixUp,
    /// The keys that sign ID tokens.
    Keys,
    /// The token endpoint.
    Token,
    /// The sign-out at the provider.
    SignOut,
    /// The page's content security policy.
    Policy,
}

impl Step {
    /// Every step, in the order in which a sign-in meets them.
    pub const ALL: &'static [Step] = &[
        Step::Configuration,
        Step::Discovery,
        Step::Issuer,
        Step::CodeFlow,
        Step::Scopes,
        Step::MixUp,
        Step::Keys,
        Step::Token,
        Step::SignOut,
        Step::Policy,
    ];
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A sign-in can rely on it.
    Passed,
    /// A sign-in would fail, or not be safe.
    Failed,
    /// Only a sign-in can show it.
    NotTestable,
    /// It works, but slower or less safely than it could.
    Advice,
    /// An earlier check failed, and this one depends on it.
    Skipped,
}

impl State {
    /// How many states there are.
    pub const COUNT: usize = 5;
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub step: Step,
    /// What was found.
    pub finding: Finding,
}

/// What a check found. The texts in it are shown to administrators: addresses, names, what the
/// provider said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The page has what it needs.
    Valid,
    /// The document was read from this address.
    Read(String),
    /// The document is in `vestibule.json`; nothing is fetched.
    Configured,
    /// The document names this issuer, the expected one.
    Issuer(String),
    /// The provider lists S256 among its PKCE methods.
    S256,
    /// The vendor supports S256, though its document doesn't say so.
    S256Known,
    /// The provider lists all of these scopes.
    Scopes(String),
    /// The provider promises that its responses name their issuer.
    IssuerInResponses,
    /// No other provider has the same redirect URI.
    RedirectUriNotShared,
    /// This many keys can verify signatures.
    Keys(usize),
    /// The token endpoint refused a code that nobody issued, and the page could read this response.
    TokenRefuses(String),
    /// People sign out at this address.
    SignOut(String),
    /// The page's content security policy allows these origins.
    PolicyAllows(String),

    /// An error that a sign-in would end with too.
    Error(Error),
    /// The page's content security policy blocks these origins.
    Blocked(String),
    /// The provider lists its PKCE methods, without S256.
    NoS256,
    /// The provider lists its scopes, without openid. These are asked for.
    NoOpenid(String),
    /// Responses don't name their issuer, and these providers of the kind `oidc` have the same redirect URI.
    MixUpPossible(Vec<OwnRedirectUri>),
    /// No key, or no algorithm, that can verify a signature.
    NoSigningKey,
    /// The private keys of these signing keys can be computed.
    WeakKeys(String),
    /// The token endpoint issued tokens for a code that nobody issued.
    TokensIssued,

    /// Responses don't name their issuer, and these providers have the same redirect URI. All are of big vendors.
    MixUpAmongVendors(Vec<OwnRedirectUri>),

    /// The token endpoint refused a code that nobody issued, for a reason that says nothing about the registration.
    TokenUntested(String),
    /// An earlier check failed, so there is nothing to look at.
    NotReached,
    /// The provider doesn't list its PKCE methods.
    S256NotStated,
    /// The provider doesn't list its scopes.
    ScopesNotStated,
    /// The provider doesn't list these scopes, though it may have them.
    ScopesUnlisted(String),
    /// The provider has no sign-out.
    NoSignOut,
    /// These optional endpoints of the document can't be used, so sign-in and sign-out do without them.
    UnusableEndpoints(String),
    /// The provider revokes no tokens of clients without a secret.
    TokensNotRevoked,
    /// The page can't find out what its policy allows.
    PolicyUnknown,
}

impl Check {
    /// How the check ended.
    pub fn state(&self) -> State {
        match self.finding {
            Finding::Valid
            | Finding::Read(_)
            | Finding::Configured
            | Finding::Issuer(_)
            | Finding::S256
            | Finding::S256Known
            | Finding::Scopes(_)
            | Finding::IssuerInResponses
            | Finding::RedirectUriNotShared
            | Finding::Keys(_)
            | Finding::TokenRefuses(_)
            | Finding::SignOut(_)
            | Finding::PolicyAllows(_) => State::Passed,
            Finding::Error(_)
            | Finding::Blocked(_)
            | Finding::NoS256
            | Finding::NoOpenid(_)
            | Finding::MixUpPossible(_)
            | Finding::NoSigningKey
            | Finding::WeakKeys(_)
            | Finding::TokensIssued => State::Failed,
            Finding::MixUpAmongVendors(_) => State::Advice,
            Finding::NotReached => State::Skipped,
            Finding::TokenUntested(_)
            | Finding::S256NotStated
            | Finding::ScopesNotStated
            | Finding::ScopesUnlisted(_)
            | Finding::NoSignOut
            | Finding::UnusableEndpoints(_)
            | Finding::TokensNotRevoked
            | Finding::PolicyUnknown => State::NotTestable,
        }
    }
}
