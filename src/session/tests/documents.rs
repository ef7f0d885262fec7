//! How often, and how, the provider's documents are fetched.

use super::*;
use futures_util::future::join;

const DISCOVERY: &str = "https://good.example/.well-known/openid-configuration";
const KEYS: &str = "https://good.example/jwks";

fn response(status: u16, body: &str) -> http::Response {
    json(status, body).unwrap()
}

#[test]
fn a_wrong_answer_in_the_browsers_cache_stops_no_sign_in() {
    for (status, body) in [
        (404, "{}"),
        (500, ""),
        (200, "<!doctype html>"),
        (200, "{}"),
    ] {
        for address in [DISCOVERY, KEYS] {
            let (world, op) = world();
            let cached = response(status, body);
            world
                .0
                .cached
                .borrow_mut()
                .insert(address.to_owned(), cached);
            expect_session(sign_in(&world, &op));
            // The right answer replaces it.
            world.0.fetched.take();
            expect_session(sign_in(&world, &op));
            assert_eq!(world.count(address), 2 - usize::from(address == KEYS));
        }
    }
}

#[test]
fn a_cached_redirect_stops_no_sign_in() {
    let (world, op) = world();
    // The page follows no redirect, so the browser has no response for it.
    world
        .0
        .cached_redirects
        .borrow_mut()
        .push(DISCOVERY.to_owned());
    expect_session(sign_in(&world, &op));
}

#[test]
fn a_document_that_stays_wrong_is_fetched_twice_and_no_more() {
    let (world, _op) = world();
    world.on(DISCOVERY, |_| json(503, ""));
    let sign_in = load(&world).sign_in("good", SignInOptions::default());
    let error = block_on(sign_in).unwrap_err();
    assert_eq!(error.code, ErrorCode::ProviderUnavailable);
    assert_eq!(world.count(DISCOVERY), 2);
}

#[test]
fn without_a_network_nothing_is_fetched_again() {
    let (world, _op) = world();
    world.on(DISCOVERY, |_| Err(FetchError::Offline));
    let sign_in = load(&world).sign_in("good", SignInOptions::default());
    assert_eq!(
        block_on(sign_in).unwrap_err().code,
        ErrorCode::NetworkOffline
    );
    assert_eq!(world.count(DISCOVERY), 1);
}

#[test]
fn a_click_uses_the_request_of_a_prefetch_that_is_under_way() {
    let (world, _op) = world();
    let page = load(&world);
    let (_, outcome) = block_on(join(
        page.prefetch("good"),
        page.sign_in("good", SignInOptions::default()),
    ));
    assert_eq!(outcome.unwrap(), SignInOutcome::Redirecting);
    assert_eq!(world.count(DISCOVERY), 1);
    // Nor does a later one need another.
    block_on(page.sign_in("good", SignInOptions::default())).unwrap();
    assert_eq!(world.count(DISCOVERY), 1);
}

#[test]
fn a_click_goes_on_alone_if_whoever_started_the_request_gives_up() {
    let (world, _op) = world();
    let page = load(&world);
    let mut prefetch = Box::pin(page.prefetch("good"));
    assert_eq!(prefetch.as_mut().now_or_never(), None);
    block_on(async {
        let mut click = Box::pin(page.sign_in("good", SignInOptions::default()));
        assert!(click.as_mut().now_or_never().is_none());
        drop(prefetch);
        assert_eq!(click.await.unwrap(), SignInOutcome::Redirecting);
    });
    assert_eq!(world.count(DISCOVERY), 1);
}

#[test]
fn a_click_after_a_failed_prefetch_tries_again() {
    let (world, op) = world();
    world.on(DISCOVERY, |_| Err(FetchError::Timeout));
    let page = load(&world);
    block_on(page.prefetch("good"));
    let metadata = op.metadata();
    world.on(DISCOVERY, move |_| json(200, &metadata));
    let outcome = block_on(page.sign_in("good", SignInOptions::default()));
    assert_eq!(outcome.unwrap(), SignInOutcome::Redirecting);
}
