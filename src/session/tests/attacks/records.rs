//! Records in session storage and messages between tabs that a script on the page's origin has made up
//! earlier, for example one that has been removed since.

use super::*;

const FRESH: AuthState = AuthState::SignedOut {
    reason: SignedOutReason::NeverSignedIn,
};

#[test]
fn sweeps_made_up_records_or_does_nothing_with_them() {
    let huge = "9".repeat(400);
    let session = session_key();
    let digest = good_digest();
    let account = ["vestibule.account.", &digest, ".x"].concat();
    let stash = ["vestibule.stash.", &session].concat();
    let sign_out = ["vestibule.sign_out.", &digest].concat();
    for (key, value) in [
        (session.as_str(), ""),
        (session.as_str(), "null"),
        (session.as_str(), "[]"),
        (session.as_str(), r#"{"version":3}"#),
        (session.as_str(), &"[".repeat(100_000)),
        (&account, r#"{"version":3,"id":"x"}"#),
        (&stash, r#"{"version":3}"#),
        (&stash, r#"1800000000 {"version":3}"#),
        (
            "vestibule.transaction.vst_x",
            r#"{"version":3,"provider":"good","started_at":1800000000}"#,
        ),
        ("vestibule.transaction.vst_x", &"x".repeat(100_000)),
        ("vestibule.activity", "\u{0}"),
        (&sign_out, "vst_x"),
        ("vestibule.auto_attempt", ""),
        ("vestibule.auto_redirect", &huge),
        ("vestibule.", "x"),
    ] {
        let (world, op) = world();
        world.storage_write(key, value).unwrap();
        assert_eq!(block_on(load(&world).resume()), FRESH, "{key} {value:.40}");
        assert!(world.0.fetched.borrow().is_empty(), "{key} {value:.40}");
        assert!(world.0.navigations.borrow().is_empty(), "{key}");
        // Nobody is kept from signing in.
        expect_session(sign_in(&world, &op));
    }
}

#[test]
fn impossible_times_do_no_harm() {
    const SETTINGS: &str = r#""several_accounts":true,"idle_timeout":600,"max_session":3600,"#;
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let session = world.storage_read(&session_key()).unwrap();
    block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap();
    let transaction = world.storage_keys("vestibule.transaction.").remove(0);
    let started = world.storage_read(&transaction).unwrap();
    // Not further: debug builds check for overflows, and tests/browser tries those in the built page.
    for number in [i64::MIN / 4, -1, 0, i64::MAX / 4] {
        for name in ["renewals", "started_at", "renewed_at", "expires_at"] {
            let (before, rest) = session.split_once(&format!("\"{name}\":")).unwrap();
            let (_, after) = rest.split_once(',').unwrap();
            let changed = format!("{before}\"{name}\":{number},{after}");
            world.0.storage.borrow_mut().clear();
            world.storage_write(&session_key(), &changed).unwrap();
            let auth = load_top(&world, SETTINGS);
            let state = block_on(auth.resume());
            if let AuthState::SignedIn(session) = state {
                assert_eq!(session.user.subject, "ada", "{name} {number}");
                auth.expiry(&session);
                auth.ends_at(&session);
                auth.next_check_in(&session, 1);
                auth.seconds_left(&session);
            }
            block_on(auth.renew(60));
            auth.warning();
        }
        let (before, rest) = started.split_once("\"started_at\":").unwrap();
        let (_, after) = rest.split_once(',').unwrap();
        world.0.storage.borrow_mut().clear();
        let changed = format!("{before}\"started_at\":{number},{after}");
        world.storage_write(&transaction, &changed).unwrap();
        for key in ["vestibule.activity", "vestibule.auto_redirect"] {
            world.storage_write(key, &number.to_string()).unwrap();
        }
        let auth = load_top(&world, SETTINGS);
        block_on(auth.resume());
        auth.may_auto_redirect();
        let fetched = world.0.fetched.take();
        assert!(
            fetched.iter().all(|url| url.starts_with(GOOD)),
            "{fetched:?}"
        );
    }
}

#[test]
fn a_session_of_another_client_or_issuer_is_not_resumed() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let good = world.storage_read(&session_key()).unwrap();
    for (attack, from, to) in [
        (
            "another client",
            r#""client_id":"client-1""#,
            r#""client_id":"client-2""#,
        ),
        (
            "another issuer",
            r#""issuer":"https://good.example""#,
            r#""issuer":"https://evil.example""#,
        ),
        ("another person", r#""subject":"ada""#, r#""subject":"eve""#),
        ("another token", r#""id_token":"ey"#, r#""id_token":"fy"#),
    ] {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{attack}");
        world.storage_write(&session_key(), &changed).unwrap();
        assert_eq!(block_on(load(&world).resume()), FRESH, "{attack}");
        assert!(world.storage_keys("vestibule.").is_empty(), "{attack}");
        // Nor does a tab take it over from another one.
        let tab = load(&world.open_tab(false));
        assert_eq!(tab.receive(&session_message(&changed)), None, "{attack}");
        assert!(tab.current_session().is_none(), "{attack}");
    }
}
