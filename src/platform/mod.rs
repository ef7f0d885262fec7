//! Everything outside the program, behind traits: network, storage, cryptography, clock, randomness,
//! windows and the address bar. [`browser`] is the real implementation; tests use a simulated one.

pub mod browser;
#[doc(hidden)]
pub mod clock;
pub mod host;
mod popup;
pub(crate) mod presence;
#[cfg(any(test, fuzzing))]
#[cfg(not(target_arch = "wasm32"))]
// Fuzzers don't use all of it.
#[cfg_attr(not(test), allow(dead_code, unused_imports))]
pub(crate) mod simulated;

use crate::protocol::Timestamp;
use crate::protocol::http::{FetchError, Request, Response};
use crate::protocol::id_token::Clocks;
use crate::protocol::jwks::Key;
use crate::protocol::jws::Jws;
use crate::protocol::url::{Endpoint, ReturnTo};

/// What a session needs from the browser.
// A page has one thread: the futures needn't be `Send`.
#[allow(async_fn_in_trait)]
pub trait Platform: 'static {
    /// A popup or a hidden iframe.
    type Window: AuthWindow;

    /// The current time, in seconds since 1970, as well as it is known: see [`clock::Clock`].
    fn now(&self) -> Timestamp;

    /// The current time by the device's clock alone, in seconds since 1970.
    fn device_time(&self) -> Timestamp;

    /// Both, to judge a token's times by.
    fn clocks(&self) -> Clocks {
        Clocks {
            now: self.now(),
            device: self.device_time(),
        }
    }

    /// Milliseconds since the page was opened, by a clock that nobody can set.
    fn monotonic(&self) -> i64;

    /// Asks the page's host for the time if the device's clock is in doubt. Takes two seconds at most, and
    /// returns at once if there's no doubt.
    async fn sync_clock(&self);

    /// Fills the slice with cryptographically secure random bytes.
    ///
    /// # Errors
    /// If the browser has no random number generator.
    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), Unavailable>;

    /// Whether signatures can be verified. A page that is neither on `https` nor on loopback has no
    /// `crypto.subtle`.
    fn has_crypto(&self) -> bool;

    /// Verifies the token's signature with this key
    /// ([RFC 7515 §5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2)).
    ///
    /// # Errors
    /// If the browser doesn't support the algorithm, or the key is invalid.
    async fn verify(&self, token: &Jws, key: &Key) -> Result<bool, Unavailable>;

    /// Sends a request without cookies and referrer. It follows no redirects, and limits the time and the
    /// size of the response.
    ///
    /// # Errors
    /// If no complete response arrives.
    async fn fetch(&self, request: Request) -> Result<Response, FetchError>;

    /// Reads an entry of session storage. `None` also if storage is blocked.
    fn storage_read(&self, key: &str) -> Option<String>;

    /// Writes an entry of session storage.
    ///
    /// # Errors
    /// If storage is full or blocked.
    fn storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable>;

    /// Removes an entry of session storage.
    fn storage_remove(&self, key: &str);

    /// The keys of session storage with this prefix.
    fn storage_keys(&self, prefix: &str) -> Vec<String>;

    /// Reads an entry of local storage, which all tabs share and which stays when they are closed. `None`
    /// also if storage is blocked.
    fn local_storage_read(&self, key: &str) -> Option<String>;

    /// Writes an entry of local storage.
    ///
    /// # Errors
    /// If storage is full or blocked.
    fn local_storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable>;

    /// Removes an entry of local storage.
    fn local_storage_remove(&self, key: &str);

    /// Whether there's a network, as far as the browser knows.
    fn is_online(&self) -> bool;

    /// Whether the page is in a frame, and the top window is of another origin.
    fn is_framed(&self) -> bool;

    /// Does the work while holding the lock of this name, which only one tab of this origin can hold
    /// ([Web Locks](https://w3c.github.io/web-locks/)). If the browser refuses the lock, as it does if
    /// site data are blocked, it does the work without.
    async fn with_lock<T>(&self, name: &str, work: impl Future<Output = T>) -> T;

    /// Sends a message to the other tabs of this origin. They receive messages in this order.
    fn broadcast(&self, message: &str);

    /// Sleeps for so many milliseconds. Messages of other tabs arrive in the meantime.
    async fn sleep(&self, milliseconds: u32);

    /// Writes a line to the console.
    fn log(&self, line: &str);

    /// What the browser calls itself.
    fn user_agent(&self) -> String;

    /// The page's address without query and fragment.
    fn page_url(&self) -> String;

    /// The page's path, query and fragment.
    fn path(&self) -> String;

    /// Takes the query of a response to one of our requests. It's no longer in the address bar.
    fn take_response(&self) -> Option<String>;

    /// Navigates to another address.
    fn navigate(&self, url: &str);

    /// Opens an empty popup. `None` if the browser blocks it, as it does outside of a click.
    fn open_popup(&self) -> Option<Self::Window>;

    /// Brings the popup that was opened last to the front, if it's still open.
    fn show_popup(&self);

    /// Creates a hidden iframe.
    fn hidden_iframe(&self) -> Option<Self::Window>;

    /// Waits for the first message on this channel that is `expected`, and confirms it to `callback.html`,
    /// which sent it. It listens from the first poll until it is dropped.
    async fn await_callback(&self, channel: &str, expected: impl Fn(&str) -> bool) -> String;

    /// Brings the person back to where they were. `true` if that loads another page.
    fn go_back_to(&self, place: &ReturnTo) -> bool;
}

/// What the set-up checks need: less than a session, so that they run without a browser too.
#[allow(async_fn_in_trait)]
pub trait Probe {
    /// Whether a page at this address has `crypto.subtle`.
    fn has_crypto(&self) -> bool;

    /// Sends a request like [`Platform::fetch`], and reads the response only if the page may.
    ///
    /// # Errors
    /// If no complete response arrives.
    async fn fetch(&self, request: Request) -> Result<Response, FetchError>;

    /// Whether requests are subject to the page's content security policy.
    fn is_page(&self) -> bool;

    /// Whether that policy allows requests to this address. `None` if that can't be determined.
    async fn policy_allows(&self, url: &Endpoint) -> Option<bool>;
}

/// A popup or hidden iframe in which a provider's page is shown.
pub trait AuthWindow {
    /// Navigates to this address.
    fn navigate(&self, url: &str);

    /// Whether, as far as the page can see, no response will come: the person has closed the popup, or the
    /// iframe has loaded something.
    fn seems_finished(&self) -> bool;

    /// Closes it if the browser allows that. Calling it again does nothing.
    fn close(&self);
}

/// The capability is unavailable: blocked, full or unsupported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unavailable in this browser")
    }
}

impl std::error::Error for Unavailable {}
