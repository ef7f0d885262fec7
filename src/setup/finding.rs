//! What is checked, and what a check can find.

use crate::protocol::error::Error;

/// What is checked, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Configuration,
    Discovery,
    Issuer,
    CodeFlow,
    Scopes,
    Keys,
    Token,
    SignOut,
    Policy,
}

impl Step {
    pub const ALL: &'static [Step] = &[
        Step::Configuration,
        Step::Discovery,
        Step::Issuer,
        Step::CodeFlow,
        Step::Scopes,
        Step::Keys,
        Step::Token,
        Step::SignOut,
        Step::Policy,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Passed,
    Failed,
    NotTestable,
}

/// A check that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub step: Step,
    pub finding: Finding,
}

/// What a check found. The texts are what the administrator sees beside the words: addresses, names,
/// what the provider said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    Valid,
    /// From this address.
    Read(String),
    /// The document stands in `vestibule.json`: nothing is fetched.
    Configured,
    Issuer(String),
    S256,
    /// The vendor is known to take S256, though its document does not say so.
    S256Known,
    Scopes(String),
    Keys(usize),
    /// The endpoint refused a code of ours that nobody issued, and the page could read how.
    TokenAnswers(String),
    SignOut(String),
    PolicyAllows(String),

    /// A failure that a sign-in would end with too.
    Error(Error),
    /// The page's content security policy keeps it from these origins.
    Blocked(String),
    /// The provider lists the methods of PKCE, and S256 is not among them.
    NoS256,
    /// The provider lists its scopes, and openid is not among them.
    NoOpenid(String),
    /// No key, or no algorithm, that a signature could be verified with.
    NoSigningKey,
    /// Tokens for a code that nobody issued.
    TokensForNothing,

    /// Something before it failed, so that there is nothing to look at.
    NotReached,
    S256Unsaid,
    ScopesUnsaid,
    /// Scopes that the provider does not list, though it may have them.
    ScopesUnlisted(String),
    NoSignOut,
    PolicyUnknown,
}

impl Check {
    pub fn state(&self) -> State {
        match self.finding {
            Finding::Valid
            | Finding::Read(_)
            | Finding::Configured
            | Finding::Issuer(_)
            | Finding::S256
            | Finding::S256Known
            | Finding::Scopes(_)
            | Finding::Keys(_)
            | Finding::TokenAnswers(_)
            | Finding::SignOut(_)
            | Finding::PolicyAllows(_) => State::Passed,
            Finding::Error(_)
            | Finding::Blocked(_)
            | Finding::NoS256
            | Finding::NoOpenid(_)
            | Finding::NoSigningKey
            | Finding::TokensForNothing => State::Failed,
            Finding::NotReached
            | Finding::S256Unsaid
            | Finding::ScopesUnsaid
            | Finding::ScopesUnlisted(_)
            | Finding::NoSignOut
            | Finding::PolicyUnknown => State::NotTestable,
        }
    }
}
