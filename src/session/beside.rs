//! A sign-in beside the page, which stays as it is: in a popup, or in a frame that nobody sees. The
//! provider sends both back to `callback.html`, which hands the answer over (`src/callback.js`).
//!
//! The answer comes over a channel that is named by the request's `state`, never through `opener`:
//! the provider's page may cut that off (Cross-Origin-Opener-Policy). What it is checked against is
//! kept in memory, so that no other tab can use it, and no window that the browser gives a copy of
//! session storage.

use super::options::SignInOptions;
use super::sign_in::{Asked, ask, exchange_and_verify};
use super::{Auth, Session};
use crate::platform::{Beside, Platform};
use crate::protocol::authorization::Response;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::provider::Provider;
use futures_util::future::{Either, select};
use std::pin::pin;

/// What the channel of a sign-in is called, before its `state`. `src/callback.js` says the same.
const CHANNEL: &str = "vestibule.answer.";
/// Milliseconds between two looks at the window.
const TICK: u32 = 100;
/// Seconds that such a pause can become.
const LONGEST_TICK: i64 = 2;
/// Milliseconds for which a popup has to look closed while the person is back at the page.
const POPUP_GRACE: u32 = 1_000;
/// Milliseconds for which a frame may show something that is no answer: pages that go on by
/// themselves.
const FRAME_GRACE: u32 = 3_000;
/// Seconds.
const POPUP_TIME: i64 = 600;
const FRAME_TIME: i64 = 10;

/// A window or frame that is closed when nobody needs it any more, however that comes about.
pub(super) struct Opened<W: Beside>(W);

impl<W: Beside> Drop for Opened<W> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// An empty popup; `None` when the browser forbids it.
pub(super) fn popup<P: Platform>(auth: &Auth<P>) -> Option<Opened<P::Beside>> {
    auth.platform().open_popup().map(Opened)
}

/// How a kind of window is waited for.
struct Patience {
    seconds: i64,
    grace: u32,
    /// The code of a window of which no answer will come any more.
    over: ErrorCode,
    too_late: ErrorCode,
}

/// A session by a popup. It is not stored yet.
pub(super) async fn in_popup<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
    window: Opened<P::Beside>,
) -> Result<Session> {
    let patience = Patience {
        seconds: options.timeout.unwrap_or(POPUP_TIME),
        grace: POPUP_GRACE,
        over: ErrorCode::PopupClosed,
        too_late: ErrorCode::PopupTimeout,
    };
    meet(auth, provider, options, window, &patience, false).await
}

/// A session without a word to the person. It is not stored yet.
pub(super) async fn silently<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
) -> Result<Session> {
    let patience = Patience {
        seconds: options.timeout.unwrap_or(FRAME_TIME),
        grace: FRAME_GRACE,
        over: ErrorCode::SilentRefused,
        too_late: ErrorCode::SilentTimeout,
    };
    let Some(frame) = auth.platform().frame() else {
        return Err(failed(ErrorCode::SilentRefused, provider));
    };
    meet(auth, provider, options, Opened(frame), &patience, true).await
}

async fn meet<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
    window: Opened<P::Beside>,
    patience: &Patience,
    silent: bool,
) -> Result<Session> {
    let platform = auth.platform();
    let Asked { url, state, sent } = {
        let asked = ask(
            auth,
            provider,
            options,
            auth.popup_redirect_uri(provider),
            silent,
        );
        // Also while the provider's metadata are on their way.
        match select(pin!(asked), pin!(watch(platform, &window.0, patience))).await {
            Either::Left((asked, _)) => asked?,
            Either::Right((code, _)) => return Err(failed(code, provider)),
        }
    };
    window.0.go_to(&url);
    let is_answer = |message: &str| {
        arrived(message)
            .is_some_and(|(_, response)| response.state == state && response.answers_sign_in())
    };
    let channel = [CHANNEL, &state].concat();
    let answer = {
        let answer = pin!(platform.answer(&channel, is_answer));
        match select(answer, pin!(watch(platform, &window.0, patience))).await {
            Either::Left((answer, _)) => answer,
            Either::Right((code, _)) => return Err(failed(code, provider)),
        }
    };
    // Nobody has to look at it while the rest is done.
    drop(window);
    match arrived(&answer) {
        Some((url, response)) => {
            exchange_and_verify(auth, provider.id(), sent, &response, url).await
        }
        None => Err(failed(ErrorCode::ResponseInvalid, provider)),
    }
}

/// What `src/callback.js` hands over: the address that the answer came to, and the answer.
fn arrived(message: &str) -> Option<(&str, Response)> {
    let (url, query) = message.split_once('?')?;
    Some((url, Response::parse(query)?))
}

/// Waits until no answer is to be expected any more, and tells why.
///
/// That a window looks closed is no proof: a provider's page with a Cross-Origin-Opener-Policy makes
/// it look so at once. It counts when the person is back at the page, for a little while.
async fn watch<P: Platform>(platform: &P, window: &P::Beside, patience: &Patience) -> ErrorCode {
    let (mut ticks, mut seconds, mut last) = (0, 0, platform.now());
    let mut over_for = 0;
    loop {
        platform.wait(TICK).await;
        ticks += 1;
        // Browsers stretch the timers of hidden pages. A clock that is set meanwhile, though, is no time
        // that has passed.
        let now = platform.now();
        seconds += (now - last).clamp(0, LONGEST_TICK);
        last = now;
        if seconds.max(ticks * i64::from(TICK) / 1000) >= patience.seconds {
            return patience.too_late;
        }
        over_for = match window.seems_over() {
            true => over_for + TICK,
            false => 0,
        };
        if over_for >= patience.grace {
            return patience.over;
        }
    }
}

pub(super) fn failed(code: ErrorCode, provider: &Provider) -> Error {
    Error::new(code, Phase::Authorization).provider(provider.id())
}
