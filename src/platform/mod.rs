//! The world outside, behind one trait: network, storage, cryptography, clock, randomness and the
//! address bar. [`browser`] is the real one; the tests bring one of their own.

pub mod browser;
#[doc(hidden)]
pub mod clock;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod simulated;

use crate::protocol::Timestamp;
use crate::protocol::http::{FetchError, Request, Response};
use crate::protocol::jwks::Key;
use crate::protocol::jws::Jws;
use crate::protocol::url::{Endpoint, ReturnTo};

/// What the session needs of the world.
// A page has one thread: nobody needs the futures to be `Send`.
#[allow(async_fn_in_trait)]
pub trait Platform {
    /// A window or frame of this world.
    type Window: AuthWindow;

    /// The time, as far as it is known: see [`clock::Clock`].
    fn now(&self) -> Timestamp;

    /// Finds out the right time where the device's clock is in doubt. It takes a moment at the most, and
    /// none where there is no doubt.
    async fn sync_clock(&self);

    /// Fills the slice from the cryptographic random generator.
    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), Unavailable>;

    /// Whether signatures can be verified here at all. A page that is neither on `https` nor on
    /// loopback has no `crypto.subtle`.
    fn has_crypto(&self) -> bool;

    /// Whether the key's owner signed the token.
    async fn verify(&self, token: &Jws, key: &Key) -> Result<bool, Unavailable>;

    /// Sends a request: without cookies, following no redirect, telling no referrer, with limits on
    /// the time and on the size of the answer.
    async fn fetch(&self, request: Request) -> Result<Response, FetchError>;

    /// Reads an entry of session storage; `None` also when storage is forbidden.
    fn storage_read(&self, key: &str) -> Option<String>;

    /// Writes an entry of session storage; fails when it is full or forbidden.
    fn storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable>;

    /// Removes an entry of session storage, if it exists.
    fn storage_remove(&self, key: &str);

    /// The keys of session storage that start so.
    fn storage_keys(&self, prefix: &str) -> Vec<String>;

    /// Does the work while no other tab of this origin does work of that name. Where the browser cannot
    /// promise that, the work is done all the same.
    async fn with_lock<T>(&self, name: &str, work: impl Future<Output = T>) -> T;

    /// Tells the other tabs of this origin. They get it in the order in which it was told.
    fn broadcast(&self, message: &str);

    /// Waits, for milliseconds; what other tabs tell arrives meanwhile.
    async fn sleep(&self, milliseconds: u32);

    /// The page's address without query and fragment.
    fn page_url(&self) -> String;

    /// The page's path, query and fragment.
    fn path(&self) -> String;

    /// The query of a response to one of our requests, once. It is out of the address bar already.
    fn take_response(&self) -> Option<String>;

    /// Sends the browser to another address.
    fn navigate(&self, url: &str);

    /// Opens an empty window beside the page. `None` when the browser forbids it, as it does outside of
    /// a click.
    fn open_popup(&self) -> Option<Self::Window>;

    /// A frame that nobody sees.
    fn hidden_iframe(&self) -> Option<Self::Window>;

    /// The first wanted text that is told on this channel by `callback.html`, which is told in turn
    /// that it was taken. The channel is heard from the first poll until this is dropped.
    async fn await_callback(&self, channel: &str, wanted: impl Fn(&str) -> bool) -> String;

    /// Brings the person back to where they were. `true` when that loads another page.
    fn go_back_to(&self, place: &ReturnTo) -> bool;
}

/// What the check of a set-up asks of the world: less than a sign-in, so that a program without a
/// browser can answer too.
#[allow(async_fn_in_trait)]
pub trait Probe {
    /// Whether a page at this address is offered cryptography.
    fn has_crypto(&self) -> bool;

    /// Sends a request as [`Platform::fetch`] does, and reads the answer only where the page may.
    async fn fetch(&self, request: Request) -> Result<Response, FetchError>;

    /// Whether what is fetched passes the page's content security policy on its way.
    fn is_page(&self) -> bool;

    /// Whether that policy lets requests to this address through; `None` where it is not known.
    async fn policy_allows(&self, url: &Endpoint) -> Option<bool>;
}

/// A window or frame beside the page, for a provider to be met in.
pub trait AuthWindow {
    /// Goes to an address.
    fn navigate(&self, url: &str);

    /// Whether, as far as can be seen from here, no answer is to come: the window looks closed while
    /// the page has the focus, or the frame has loaded something.
    fn seems_finished(&self) -> bool;

    /// Closes it where the browser lets us; once more does nothing.
    fn close(&self);
}

/// The world has it not: forbidden, full or too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable;
