//! The device's clocks, and the page's own host that is asked for the time: it alone lets a page read
//! the `Date` of its answers.

use crate::platform::clock::{Clock, Reading};
use crate::protocol::{Timestamp, http};
use gloo_net::http::{Headers, Method, RequestBuilder};
use std::cell::Cell;
use web_sys::{AbortSignal, RequestCache};

/// Milliseconds to wait for the host: a page that stands still is worse than a clock that is off.
const PATIENCE: u32 = 2_000;

thread_local! {
    static CLOCK: Cell<Clock> = const { Cell::new(Clock::new()) };
}

fn reading() -> Reading {
    let monotonic = super::window().and_then(|window| window.performance());
    let device = js_sys::Date::now();
    Reading {
        device: device as i64,
        monotonic: monotonic.map_or(device, |monotonic| monotonic.now()) as i64,
    }
}

pub(super) fn now() -> Timestamp {
    CLOCK.get().now(reading())
}

/// Takes the time out of an answer of the page's host that came anyway.
pub(super) fn sync_from(headers: &Headers) {
    let reading = reading();
    let host = time_of(headers).filter(|host| !Clock::may_be_stale(reading, *host));
    if host.is_some() {
        update(host);
    }
}

/// Asks the host where the clock is in doubt.
pub(super) async fn sync() {
    if CLOCK.get().needs_sync(reading()) {
        update(ask().await);
    }
}

fn update(host: Option<Timestamp>) {
    let mut clock = CLOCK.get();
    clock.update(reading(), host);
    CLOCK.set(clock);
}

async fn ask() -> Option<Timestamp> {
    // An address that no cache knows, whether it listens to what it is told or not.
    let number = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    let address = format!("?{number}");
    let answer = RequestBuilder::new(&address)
        .method(Method::HEAD)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)))
        .send()
        .await;
    time_of(&answer.ok()?.headers())
}

/// When an answer was made, and how long it was kept since (RFC 9110 §6.6.1, RFC 9111 §5.1).
fn time_of(headers: &Headers) -> Option<Timestamp> {
    let age = headers.get("Age").and_then(|age| age.parse::<u32>().ok());
    Some(http::date(&headers.get("Date")?)? + i64::from(age.unwrap_or(0)))
}
