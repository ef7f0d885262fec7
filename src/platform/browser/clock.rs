//! The device's clocks, and the time that the page's host sends: a page can read the `Date` header of no other
//! host.

use crate::platform::clock::{Clock, Reading};
use crate::protocol::{Timestamp, http};
use gloo_net::http::{Headers, Method, RequestBuilder};
use std::cell::Cell;
use web_sys::{AbortSignal, RequestCache};

/// Milliseconds to wait for the host: a page that hangs is worse than a clock that is off.
const TIMEOUT: u32 = 2_000;

thread_local! {
    static CLOCK: Cell<Clock> = const { Cell::new(Clock::new()) };
}

pub(super) fn reading() -> Reading {
    let monotonic = super::window().and_then(|window| window.performance());
    let device = js_sys::Date::now();
    Reading {
        device: device as i64,
        monotonic: monotonic.map_or(device, |monotonic| monotonic.now()) as i64,
    }
}

pub(super) fn device_time() -> Timestamp {
    reading().device.div_euclid(1000)
}

pub(super) fn monotonic() -> i64 {
    reading().monotonic
}

pub(super) fn now() -> Timestamp {
    CLOCK.get().now(reading())
}

/// Updates the clock from a response of the page's host that was needed anyway.
pub(super) fn sync_from(headers: &Headers) {
    let reading = reading();
    let host = time_of(headers).filter(|host| !Clock::may_be_stale(reading, *host));
    if host.is_some() {
        update(host);
    }
}

/// Asks the host for the time if the clock is in doubt.
pub(super) async fn sync() {
    if CLOCK.get().needs_sync(reading()) {
        update(request_date().await);
    }
}

fn update(host: Option<Timestamp>) {
    let mut clock = CLOCK.get();
    clock.update(reading(), host);
    CLOCK.set(clock);
}

async fn request_date() -> Option<Timestamp> {
    // An address that no cache has seen, even one that ignores `no-store`.
    let number = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    let address = format!("?{number}");
    let response = RequestBuilder::new(&address)
        .method(Method::HEAD)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
        .send()
        .await;
    time_of(&response.ok()?.headers())
}

/// When a response was generated, plus the time it spent in caches
/// ([RFC 9110 §6.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1),
/// [RFC 9111 §5.1](https://www.rfc-editor.org/rfc/rfc9111#section-5.1)).
fn time_of(headers: &Headers) -> Option<Timestamp> {
    let age = headers.get("Age").and_then(|age| age.parse::<u32>().ok());
    Some(http::date(&headers.get("Date")?)? + i64::from(age.unwrap_or(0)))
}
