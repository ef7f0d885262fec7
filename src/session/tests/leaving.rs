//! Pages that are left while a request is under way, which the browser then aborts: in Firefox and WebKit before
//! the page knows for sure that it's being left.

use super::*;
use crate::platform::presence::{LONGEST_NAVIGATION, Presence};
use futures_util::future::{Either, join, select};
use std::pin::pin;

/// The person clicks a link, or reloads the page.
fn start_leaving(world: &Simulated) {
    let now = world.0.now.get() * 1000;
    world.0.presence.set(Presence::Leaving(now));
}

/// The result of the work, or `None` if there's none within two seconds.
async fn within_seconds<T>(world: &Simulated, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(world.sleep(2_000))).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}

#[test]
fn a_tab_that_is_left_during_a_renewal_reports_no_failure_to_the_others() {
    let (tab, provider) = signed_in_tab();
    let other = Tab::open(tab.world.open_tab(false));
    expect_session(block_on(other.auth.resume()));
    advance(&tab, 250);
    start_leaving(&tab.world);
    let renewed = block_on(async {
        let mut left = Box::pin(tab.auth.renew(60));
        let mut waiting = Box::pin(other.auth.renew(60));
        let both = join(&mut left, &mut waiting);
        assert!(within_seconds(&tab.world, both).await.is_none());
        tab.world.0.presence.set(Presence::Left);
        assert!(within_seconds(&tab.world, &mut left).await.is_none());
        // The page is gone, and with it its lock.
        drop(left);
        waiting.await
    });
    expect_valid(renewed);
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
}

#[test]
fn a_failure_is_reported_if_the_page_stays() {
    let (tab, provider) = signed_in_tab();
    advance(&tab, 250);
    start_leaving(&tab.world);
    block_on(async {
        let mut renewal = Box::pin(tab.auth.renew(60));
        assert!(
            within_seconds(&tab.world, &mut renewal).await.is_none(),
            "reported too early"
        );
        // It was a download.
        advance(&tab, LONGEST_NAVIGATION / 1000);
        match renewal.await {
            RenewalOutcome::Failed(error) => {
                assert_eq!(error.code, ErrorCode::DiscoveryUnreachable);
            }
            other => panic!("{other:?}"),
        }
    });
    // Nothing is wrong with what comes next.
    tab.world.0.presence.set(Presence::Here);
    advance(&tab, 30);
    expect_valid(tab.renew());
    assert_eq!(provider.renewals.get(), 1);
}

#[test]
fn a_page_that_is_left_during_the_exchange_of_the_code_shows_no_error() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    start_leaving(&world);
    block_on(async {
        let page = load(&world);
        let mut resumed = Box::pin(page.resume());
        assert_eq!(within_seconds(&world, &mut resumed).await, None);
        world.0.presence.set(Presence::Left);
        assert_eq!(within_seconds(&world, &mut resumed).await, None);
    });
    // The next page knows that a sign-in wasn't finished.
    world.0.presence.set(Presence::Here);
    let interrupted = AuthState::SignedOut {
        reason: SignedOutReason::Interrupted,
    };
    assert_eq!(block_on(load(&world).resume()), interrupted);
}
