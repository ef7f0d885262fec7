//! The provider that was used last: remembered on the device, forgotten on shared ones. And sign-ins without a
//! network, which must not end in the browser's error page.

use super::*;

const KEY: &str = "vestibule.last_provider";

fn last(world: &Simulated) -> Option<String> {
    load(world).last_provider()
}

#[test]
fn the_last_provider_is_remembered_for_new_tabs_as_its_id_and_nothing_else() {
    let (world, op) = world();
    assert_eq!(last(&world), None);
    start_sign_in(&world, "good");
    assert_eq!(last(&world), None, "nobody has signed in yet");
    expect_session(sign_in(&world, &op));
    assert_eq!(last(&world.open_tab(false)).as_deref(), Some("good"));
    assert_eq!(world.local_storage_read(KEY).as_deref(), Some("good"));
}

#[test]
fn a_failed_sign_in_is_not_remembered() {
    let (world, _) = world();
    let request = query(&start_sign_in(&world, "good"));
    let state = &request["state"];
    expect_error(return_with(
        &world,
        &format!("error=access_denied&state={state}"),
    ));
    assert_eq!(last(&world), None);
}

#[test]
fn sign_out_at_the_provider_forgets_the_last_provider_and_sign_out_here_keeps_it() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let here = SignOutOptions::default().with_local(true);
    block_on(load(&world).sign_out(here));
    assert_eq!(last(&world).as_deref(), Some("good"));
    expect_session(sign_in(&world, &op));
    block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(last(&world), None);
}

#[test]
fn nothing_is_remembered_if_that_is_switched_off_and_an_old_entry_is_removed() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let off = || load_top(&world, r#""remember_last_provider":false,"#);
    assert_eq!(off().last_provider(), None);
    assert_eq!(world.local_storage_read(KEY), None);
    block_on(off().sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    expect_session(block_on(off().resume()));
    assert_eq!(world.local_storage_read(KEY), None);
}

#[test]
fn an_id_that_the_configuration_does_not_have_is_ignored() {
    let (world, _) = world();
    world.local_storage_write(KEY, "<img src=x>").unwrap();
    assert_eq!(last(&world), None);
}

#[test]
fn a_page_that_is_offline_does_not_leave_for_the_provider() {
    let (world, op) = world();
    let auth = load(&world);
    // With metadata that was fetched before.
    block_on(auth.prefetch("good"));
    world.0.is_offline.set(true);
    let error = block_on(auth.sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::NetworkOffline);
    assert!(world.0.navigations.borrow().is_empty());
    world.0.is_offline.set(false);
    expect_session(sign_in(&world, &op));
    let left = world.0.navigations.borrow().len();
    let auth = load(&world);
    block_on(auth.prefetch("good"));
    world.0.is_offline.set(true);
    let done = block_on(auth.sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Done(SignedOutReason::SignedOutHere));
    assert_eq!(world.0.navigations.borrow().len(), left);
    assert_eq!(auth.current_session(), None);
}
