//! Random events during a sign-in in a popup or hidden iframe.

use super::auth_window::*;
use super::*;
use futures_util::future::join;

#[derive(Clone, Copy, Debug)]
enum Event {
    Answer,
    Foreign,
    Error,
    LooksClosed,
    LooksOpen,
    Late,
    Aborted,
}

#[test]
fn a_sign_in_in_a_window_always_completes() {
    use Event::*;
    const EVENTS: [Event; 7] = [
        Answer,
        Foreign,
        Error,
        LooksClosed,
        LooksOpen,
        Late,
        Aborted,
    ];
    // A linear congruential generator: the same sequences in each run.
    let mut seed = 1_u64;
    let mut chance = move |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % limit
    };
    let mut ends = std::collections::BTreeMap::<String, u32>::new();
    for round in 0..800 {
        let (world, op) = world();
        let abort = Abort::new();
        let mode = [Mode::Popup, Mode::Silent][round % 2];
        let options = SignInOptions {
            mode: Some(mode),
            abort: Some(abort.clone()),
            ..SignInOptions::default()
        };
        let events: Vec<(u64, Event)> = (0..chance(6))
            .map(|_| (chance(15), EVENTS[chance(7) as usize]))
            .collect();
        let happen = async {
            for (pauses, event) in &events {
                for _ in 0..*pauses {
                    pause().await;
                }
                let window = last_window(&world);
                let url = window.url.borrow().clone();
                match (event, url) {
                    (Answer, Some(url)) => {
                        post_response(&world, &url, &op.respond(&url));
                    }
                    (Foreign, Some(url)) => {
                        post_response(&world, &url, "code=EVIL&state=vst_x");
                    }
                    (Error, Some(url)) => {
                        let state = &query(&url)["state"];
                        let iss = "https%3A%2F%2Fgood.example";
                        let answer = format!("error=consent_required&state={state}&iss={iss}");
                        post_response(&world, &url, &answer);
                    }
                    (LooksClosed, _) => window.seems_finished.set(true),
                    (LooksOpen, _) => window.seems_finished.set(false),
                    (Late, _) => {
                        for _ in 0..7_000 {
                            pause().await;
                        }
                    }
                    (Aborted, _) => abort.abort(),
                    _ => {}
                }
            }
        };
        let coming = load(&world).sign_in("good", options);
        if mode == Mode::Silent {
            // So that there is a window from the start.
            world.0.windows.open(false);
        }
        let (result, ()) = block_on(join(coming, happen));
        let windows = world.0.windows.windows.borrow();
        let ours = windows
            .iter()
            .filter(|window| window.url.borrow().is_some());
        for window in ours {
            assert!(window.closed.get(), "{events:?}");
        }
        assert!(world.0.windows.open_channels().is_empty());
        let stored = world.stored().contains("AT-");
        assert_eq!(stored, result.is_ok(), "{events:?}");
        let end = match result {
            Ok(SignInOutcome::SignedIn(_)) => "signed in",
            Ok(SignInOutcome::Redirecting) => panic!("the page was left"),
            Err(error) => error.code.as_str(),
        };
        *ends.entry(format!("{mode:?} {end}")).or_default() += 1;
    }
    // Every expected result was reached, and no other.
    let ends: Vec<&str> = ends.keys().map(String::as_str).collect();
    assert_eq!(
        ends,
        [
            "Popup aborted",
            "Popup consent-required",
            "Popup popup-closed",
            "Popup popup-timeout",
            "Popup signed in",
            "Silent aborted",
            "Silent consent-required",
            "Silent signed in",
            "Silent silent-refused",
            "Silent silent-timeout",
        ]
    );
}
