//! Random lives of several tabs, with what must hold after every step.

use super::*;
use futures_util::future::join_all;

fn others_live(tabs: &[Tab], which: usize) -> bool {
    let mut others = tabs.iter().enumerate().filter(|(index, _)| *index != which);
    others.any(|(_, tab)| tab.session().is_some())
}

#[test]
fn no_life_of_tabs_loses_a_session_or_reuses_a_refresh_token() {
    for seed in 1..=300u64 {
        let mut draw = random_numbers(seed);
        let (first, provider) = signed_in_tab();
        let time_is_known = draw(3) > 0;
        first.world.host_sends_date(time_is_known);
        let mut tabs = vec![first];
        // Copies of tabs that show another page for a while, and get no messages.
        let mut elsewhere: Vec<Simulated> = Vec::new();
        let mut over = false;
        for step in 0..80 {
            let which = draw(tabs.len());
            let context = format!("seed {seed}, step {step}");
            match draw(18) {
                // It comes back when a tab can tell it what it missed.
                16 if elsewhere.len() < 3 => elsewhere.push(tabs[which].world.open_tab(true)),
                17 if !over && tabs.len() < 5 => {
                    let message = tabs.iter().all(|tab| !tab.world.0.asleep());
                    if let Some(world) = elsewhere.pop().filter(|_| message) {
                        let tab = Tab::open(world);
                        if draw(2) == 0 {
                            block_on(tab.auth.resume());
                        }
                        tabs.push(tab);
                    }
                }
                // Duplicating a sleeping tab wakes it up.
                0 if tabs.len() < 5 && !tabs[which].world.0.asleep() => {
                    let tab = Tab::open(tabs[which].world.open_tab(draw(2) == 0));
                    block_on(tab.auth.resume());
                    tabs.push(tab);
                }
                1 if others_live(&tabs, which) => drop(tabs.swap_remove(which)),
                2 => tabs[which].world.fall_asleep(),
                3 => tabs[which].world.wake_up(),
                4 => provider.behavior.set(Behavior::Status(503)),
                5 => provider.behavior.set(Behavior::TimesOut),
                6 => provider.behavior.set(Behavior::RateLimited),
                7 => provider.behavior.set(Behavior::Normal),
                8 => advance(&tabs[which], 100),
                9 => advance(&tabs[which], 1000),
                10 => {
                    let hours = [0, 0, 1, -1, 24, -24][draw(6)];
                    tabs[which].world.offset_clock(hours * 3600);
                }
                11 if draw(20) == 0 => {
                    tabs[which].world.wake_up();
                    over |= tabs[which].session().is_some();
                    block_on(tabs[which].auth.sign_out(SignOutOptions {
                        local: true,
                        ..SignOutOptions::default()
                    }));
                }
                // A tab that is closed during a renewal.
                12 if others_live(&tabs, which) && provider.behavior.get() != Behavior::Normal => {
                    let tab = tabs.swap_remove(which);
                    let mut renewal = Box::pin(tab.auth.renew(60));
                    for _ in 0..draw(12) {
                        if renewal.as_mut().now_or_never().is_some() {
                            break;
                        }
                    }
                }
                13 => {
                    let state = block_on(tabs[which].auth.check());
                    assert!(
                        over || state.is_none() || tabs[which].session().is_none(),
                        "{context}: {state:?}"
                    );
                }
                _ => {
                    let awake: Vec<&Tab> =
                        tabs.iter().filter(|tab| !tab.world.0.asleep()).collect();
                    let before = provider.renewals.get();
                    let renewals = awake.iter().map(|tab| tab.auth.renew(60));
                    for renewal in block_on(join_all(renewals)) {
                        assert!(!matches!(renewal, RenewalOutcome::Ended(_)), "{context}");
                    }
                    // Tabs with different clocks may each find the tokens too old.
                    let renewed = provider.renewals.get() - before;
                    assert!(renewed <= 1 || !time_is_known, "{context}: {renewed}");
                }
            }
            assert_eq!(provider.reuses.get(), 0, "{context}");
            let signed_in = tabs.iter().filter(|tab| tab.session().is_some()).count();
            if over {
                for tab in tabs.iter().filter(|tab| !tab.world.0.asleep()) {
                    assert!(tab.session().is_none(), "{context}");
                }
            } else {
                assert!(signed_in > 0, "{context}");
            }
        }
    }
}
