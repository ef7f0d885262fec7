//! Nothing that the code starts on its own goes on without end.

use super::*;

/// Loads the page, which requires a sign-in, and signs in without a click if that's allowed.
fn open_protected_page(world: &Simulated, op: &TestProvider) -> bool {
    let page = load(world);
    block_on(page.resume());
    let redirects = page.current_session().is_none() && page.may_auto_redirect();
    if redirects {
        block_on(page.sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        expect_session(return_with(world, &op.respond(&request)));
    }
    redirects
}

#[test]
fn a_page_gives_up_after_three_redirects_until_somebody_clicks() {
    let (world, _op) = world();
    for seconds in [60, 60, 86_400] {
        assert!(load(&world).may_auto_redirect());
        world.0.now.set(world.0.now.get() + seconds);
    }
    for _ in 0..5 {
        assert!(!load(&world).may_auto_redirect());
        world.0.now.set(world.0.now.get() + 3600);
    }
    // Silent attempts of the page itself are no click.
    let silent = SignInOptions::default().with_mode(Mode::Silent);
    let _ = block_on(load(&world).sign_in("good", silent));
    assert!(!load(&world).may_auto_redirect());
    start_sign_in(&world, "good");
    assert!(load(&world).may_auto_redirect());
}

#[test]
fn a_session_that_gets_lost_at_once_counts_as_none() {
    let (world, op) = world();
    let mut redirects = 0;
    for _ in 0..20 {
        if open_protected_page(&world, &op) {
            redirects += 1;
        }
        world.storage_remove(&session_key());
        world.0.now.set(world.0.now.get() + 30);
    }
    assert_eq!(redirects, 3);
}

#[test]
fn a_session_that_has_lasted_allows_redirects_again() {
    let (world, op) = world();
    for round in 0..20 {
        assert!(open_protected_page(&world, &op), "{round}");
        // The session has expired by then.
        world.0.now.set(world.0.now.get() + 3600);
    }
}

#[test]
fn a_provider_whose_tokens_expire_at_once_is_not_flooded_with_renewals() {
    let (tab, provider) = signed_in_tab();
    let (this, now) = (provider.base.clone(), Rc::clone(&tab.world.0.now));
    this.claims.borrow_mut().push(("nonce", "null".to_owned()));
    tab.world.on(&this.url("/token"), {
        let this = this.clone();
        move |_| {
            let tokens = this.tokens(now.get()).replacen(":300", ":0", 1);
            json(200, &tokens)
        }
    });
    advance(&tab, 300);
    let before = tab.world.count(&this.url("/token"));
    let end = tab.world.0.now.get() + 120;
    while tab.world.0.now.get() < end {
        let session = tab.session().unwrap();
        advance(&tab, tab.auth.next_check_in(&session, 0));
        expect_valid(block_on(tab.auth.renew_if_due()));
    }
    let renewals = tab.world.count(&this.url("/token")) - before;
    assert!((3..=30).contains(&renewals), "{renewals}");
}
