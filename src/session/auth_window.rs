//! Sign-ins in a popup or a hidden iframe, so that the page stays. The provider redirects both to
//! `callback.html`, which passes the response on (`src/callback.js`).
//!
//! The response arrives on a channel that is named after the request's `state`, never through `opener`:
//! the provider's page may cut that off (Cross-Origin-Opener-Policy). What it is checked against stays in
//! memory, so that no other tab can use it, and no window that the browser gives a copy of session
//! storage.

use super::code_flow::{CodeFlow, PreparedRequest, authorization_error};
use super::options::SignInOptions;
use super::signed_in::Session;
use super::trace::Event;
use crate::config::Mode;
use crate::platform::{AuthWindow, Platform};
use crate::protocol::authorization::Response;
use crate::protocol::error::{ErrorCode, Result};
use crate::provider::Provider;
use futures_util::future::{Either, select};
use std::pin::pin;

/// The prefix of the channel's name, before the `state`. `src/callback.js` uses the same.
const CHANNEL: &str = "vestibule.answer.";
/// Milliseconds between two checks of the window.
const POLL_INTERVAL: u32 = 100;
/// Seconds that may really have passed in such an interval.
const LONGEST_INTERVAL: i64 = 2;
/// Milliseconds for which a popup has to look closed while the person is back at the page.
const POPUP_GRACE: u32 = 1_000;
/// Milliseconds for which an iframe may show something that isn't a response: pages that redirect with a
/// script.
const IFRAME_GRACE: u32 = 3_000;
/// Default timeouts, in seconds.
const POPUP_TIMEOUT: i64 = 600;
const IFRAME_TIMEOUT: i64 = 10;

/// Closes the window or iframe when it is dropped.
pub(super) struct WindowGuard<W: AuthWindow>(W);

impl<W: AuthWindow> Drop for WindowGuard<W> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Opens an empty popup. `None` if the browser blocks it.
pub(super) fn open_popup<P: Platform>(platform: &P) -> Option<WindowGuard<P::Window>> {
    platform.open_popup().map(WindowGuard)
}

/// How long to wait for a kind of window, and how it fails.
struct WindowLimits {
    /// Seconds.
    timeout: i64,
    /// Milliseconds for which it has to look finished.
    grace: u32,
    abandoned: ErrorCode,
    timed_out: ErrorCode,
}

/// Signs somebody in in a popup. The session isn't stored yet.
pub(super) async fn sign_in_in_popup<P: Platform>(
    flow: &CodeFlow<P>,
    provider: &Provider,
    options: &SignInOptions,
    window: WindowGuard<P::Window>,
) -> Result<Session> {
    let limits = WindowLimits {
        timeout: options.timeout.unwrap_or(POPUP_TIMEOUT),
        grace: POPUP_GRACE,
        abandoned: ErrorCode::PopupClosed,
        timed_out: ErrorCode::PopupTimeout,
    };
    run_in_window(flow, provider, options, window, &limits, Mode::Popup).await
}

/// Signs somebody in in a hidden iframe, without prompting them. The session isn't stored yet.
pub(super) async fn sign_in_silently<P: Platform>(
    flow: &CodeFlow<P>,
    provider: &Provider,
    options: &SignInOptions,
) -> Result<Session> {
    let limits = WindowLimits {
        timeout: options.timeout.unwrap_or(IFRAME_TIMEOUT),
        grace: IFRAME_GRACE,
        abandoned: ErrorCode::SilentRefused,
        timed_out: ErrorCode::SilentTimeout,
    };
    let Some(iframe) = flow.platform.hidden_iframe() else {
        return Err(authorization_error(ErrorCode::SilentRefused, provider));
    };
    let (window, mode) = (WindowGuard(iframe), Mode::Silent);
    run_in_window(flow, provider, options, window, &limits, mode).await
}

async fn run_in_window<P: Platform>(
    flow: &CodeFlow<P>,
    provider: &Provider,
    options: &SignInOptions,
    window: WindowGuard<P::Window>,
    limits: &WindowLimits,
    mode: Mode,
) -> Result<Session> {
    let platform = &*flow.platform;
    let PreparedRequest { url, state, record } = {
        let redirect_uri = flow.providers.popup_redirect_uri(provider);
        let request = flow.prepare_request(provider, options, redirect_uri, mode);
        // The window may be closed while the provider's metadata are being fetched.
        let abandoned = wait_until_abandoned(platform, &window.0, limits);
        match select(pin!(request), pin!(abandoned)).await {
            Either::Left((request, _)) => request?,
            Either::Right((code, _)) => return Err(authorization_error(code, provider)),
        }
    };
    window.0.navigate(&url);
    let is_response = |message: &str| {
        parse_callback(message)
            .is_some_and(|(_, response)| response.state == state && response.answers_sign_in())
    };
    let channel = [CHANNEL, &state].concat();
    let callback = {
        let callback = platform.await_callback(&channel, is_response);
        let abandoned = wait_until_abandoned(platform, &window.0, limits);
        match select(pin!(callback), pin!(abandoned)).await {
            Either::Left((callback, _)) => callback,
            Either::Right((code, _)) => return Err(authorization_error(code, provider)),
        }
    };
    // Nobody has to look at it during the rest.
    drop(window);
    match parse_callback(&callback) {
        Some((url, response)) => {
            flow.providers.trace.record(Event::of_response(&response));
            flow.process_response(provider.id(), record, &response, url)
                .await
        }
        None => Err(authorization_error(ErrorCode::ResponseInvalid, provider)),
    }
}

/// What `src/callback.js` passes on: the address that the response arrived at, and the response.
fn parse_callback(message: &str) -> Option<(&str, Response)> {
    let (url, query) = message.split_once('?')?;
    Some((url, Response::parse(query)?))
}

/// Waits until no response can be expected any more, and returns why.
///
/// A window that looks closed may not be (`src/platform/popup.rs`). It only counts once the person has
/// been back at the page for a moment.
async fn wait_until_abandoned<P: Platform>(
    platform: &P,
    window: &P::Window,
    limits: &WindowLimits,
) -> ErrorCode {
    let (mut polls, mut seconds, mut last) = (0, 0, platform.now());
    let mut finished_for = 0;
    loop {
        platform.sleep(POLL_INTERVAL).await;
        polls += 1;
        // Browsers throttle the timers of hidden pages, so polls alone don't measure time. A clock that is
        // set in the meantime doesn't either.
        let now = platform.now();
        seconds += (now - last).clamp(0, LONGEST_INTERVAL);
        last = now;
        if seconds.max(polls * i64::from(POLL_INTERVAL) / 1000) >= limits.timeout {
            return limits.timed_out;
        }
        finished_for = if window.seems_finished() {
            finished_for + POLL_INTERVAL
        } else {
            0
        };
        if finished_for >= limits.grace {
            return limits.abandoned;
        }
    }
}
