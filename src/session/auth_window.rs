//! A sign-in beside the page, which stays as it is: in a popup, or in a frame that nobody sees. The
//! provider sends both back to `callback.html`, which hands the answer over (`src/callback.js`).
//!
//! The answer comes over a channel that is named by the request's `state`, never through `opener`:
//! the provider's page may cut that off (Cross-Origin-Opener-Policy). What it is checked against is
//! kept in memory, so that no other tab can use it, and no window that the browser gives a copy of
//! session storage.

use super::options::SignInOptions;
use super::sign_in::{PreparedRequest, exchange_and_verify, prepare_request};
use super::{Auth, Session};
use crate::platform::{AuthWindow, Platform};
use crate::protocol::authorization::Response;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::provider::Provider;
use futures_util::future::{Either, select};
use std::pin::pin;

/// What the channel of a sign-in is called, before its `state`. `src/callback.js` says the same.
const CHANNEL: &str = "vestibule.answer.";
/// Milliseconds between two looks at the window.
const POLL_INTERVAL: u32 = 100;
/// Seconds that such a pause can become.
const LONGEST_INTERVAL: i64 = 2;
/// Milliseconds for which a popup has to look closed while the person is back at the page.
const POPUP_GRACE: u32 = 1_000;
/// Milliseconds for which a frame may show something that is no answer: pages that go on by
/// themselves.
const FRAME_GRACE: u32 = 3_000;
/// Seconds.
const POPUP_TIME: i64 = 600;
const FRAME_TIME: i64 = 10;

/// A window or frame that is closed when nobody needs it any more, however that comes about.
pub(super) struct WindowGuard<W: AuthWindow>(W);

impl<W: AuthWindow> Drop for WindowGuard<W> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// An empty popup; `None` when the browser forbids it.
pub(super) fn popup<P: Platform>(auth: &Auth<P>) -> Option<WindowGuard<P::Window>> {
    auth.platform().open_popup().map(WindowGuard)
}

/// How a kind of window is waited for.
struct WindowLimits {
    seconds: i64,
    grace: u32,
    /// The code of a window of which no answer will come any more.
    abandoned: ErrorCode,
    timed_out: ErrorCode,
}

/// A session by a popup. It is not stored yet.
pub(super) async fn sign_in_in_popup<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
    window: WindowGuard<P::Window>,
) -> Result<Session> {
    let limits = WindowLimits {
        seconds: options.timeout.unwrap_or(POPUP_TIME),
        grace: POPUP_GRACE,
        abandoned: ErrorCode::PopupClosed,
        timed_out: ErrorCode::PopupTimeout,
    };
    run_in_window(auth, provider, options, window, &limits, false).await
}

/// A session without a word to the person. It is not stored yet.
pub(super) async fn sign_in_silently<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
) -> Result<Session> {
    let limits = WindowLimits {
        seconds: options.timeout.unwrap_or(FRAME_TIME),
        grace: FRAME_GRACE,
        abandoned: ErrorCode::SilentRefused,
        timed_out: ErrorCode::SilentTimeout,
    };
    let Some(frame) = auth.platform().hidden_iframe() else {
        return Err(failed(ErrorCode::SilentRefused, provider));
    };
    run_in_window(auth, provider, options, WindowGuard(frame), &limits, true).await
}

async fn run_in_window<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
    window: WindowGuard<P::Window>,
    limits: &WindowLimits,
    silent: bool,
) -> Result<Session> {
    let platform = auth.platform();
    let PreparedRequest { url, state, sent } = {
        let asked = prepare_request(
            auth,
            provider,
            options,
            auth.popup_redirect_uri(provider),
            silent,
        );
        // Also while the provider's metadata are on their way.
        match select(
            pin!(asked),
            pin!(wait_until_abandoned(platform, &window.0, limits)),
        )
        .await
        {
            Either::Left((asked, _)) => asked?,
            Either::Right((code, _)) => return Err(failed(code, provider)),
        }
    };
    window.0.navigate(&url);
    let is_answer = |message: &str| {
        parse_callback(message)
            .is_some_and(|(_, response)| response.state == state && response.answers_sign_in())
    };
    let channel = [CHANNEL, &state].concat();
    let answer = {
        let answer = pin!(platform.await_callback(&channel, is_answer));
        match select(
            answer,
            pin!(wait_until_abandoned(platform, &window.0, limits)),
        )
        .await
        {
            Either::Left((answer, _)) => answer,
            Either::Right((code, _)) => return Err(failed(code, provider)),
        }
    };
    // Nobody has to look at it while the rest is done.
    drop(window);
    match parse_callback(&answer) {
        Some((url, response)) => {
            exchange_and_verify(auth, provider.id(), sent, &response, url).await
        }
        None => Err(failed(ErrorCode::ResponseInvalid, provider)),
    }
}

/// What `src/callback.js` hands over: the address that the answer came to, and the answer.
fn parse_callback(message: &str) -> Option<(&str, Response)> {
    let (url, query) = message.split_once('?')?;
    Some((url, Response::parse(query)?))
}

/// Waits until no answer is to be expected any more, and tells why.
///
/// That a window looks closed is no proof: a provider's page with a Cross-Origin-Opener-Policy makes
/// it look so at once. It counts when the person is back at the page, for a little while.
async fn wait_until_abandoned<P: Platform>(
    platform: &P,
    window: &P::Window,
    limits: &WindowLimits,
) -> ErrorCode {
    let (mut ticks, mut seconds, mut last) = (0, 0, platform.now());
    let mut over_for = 0;
    loop {
        platform.sleep(POLL_INTERVAL).await;
        ticks += 1;
        // Browsers stretch the timers of hidden pages. A clock that is set meanwhile, though, is no time
        // that has passed.
        let now = platform.now();
        seconds += (now - last).clamp(0, LONGEST_INTERVAL);
        last = now;
        if seconds.max(ticks * i64::from(POLL_INTERVAL) / 1000) >= limits.seconds {
            return limits.timed_out;
        }
        over_for = match window.seems_finished() {
            true => over_for + POLL_INTERVAL,
            false => 0,
        };
        if over_for >= limits.grace {
            return limits.abandoned;
        }
    }
}

pub(super) fn failed(code: ErrorCode, provider: &Provider) -> Error {
    Error::new(code, Phase::Authorization).provider(provider.id())
}
