//! The page is two binaries: who gets which, and what becomes of a page that one of them does not reach.

use anyhow::ensure;
use browser_tests::{Options, Role, Stage, run};
use serde_json::json;
use xtask::site::SiteConfig;

const ADA: &str = "Ada Lovelace";
const SSO: &str = "Company SSO";
const LEAN: &str = "/vestibule-page-";
const FULL: &str = "/vestibule-full-";

/// How often files of such a name were asked for.
fn asked(stage: &Stage, name: &str) -> usize {
    let requests = stage.site.requests();
    let asked = requests
        .iter()
        .filter(|request| request.path_and_query.contains(name));
    asked.count()
}

#[test]
fn an_ordinary_sign_in_and_sign_out_take_the_lean_one_alone() {
    let settings = json!({
        "scope": "openid profile email offline_access",
        "max_session": 36_000,
        "share_session": false,
    });
    run(
        Options {
            settings,
            ..Options::default()
        },
        async |stage| {
            stage.open("").await?;
            stage.sign_in(SSO, ADA).await?;
            stage.reload().await?;
            stage.is_signed_in(ADA).await?;
            stage.click(Role::Button, "Sign out").await?;
            stage.find(Role::Heading, "Sign out of").await?;
            stage.click(Role::Button, "Sign out").await?;
            stage.sees("You are signed out.").await?;
            ensure!(asked(stage, LEAN) > 0);
            ensure!(asked(stage, FULL) == 0, "the full one was downloaded");
            Ok(())
        },
    );
}

#[test]
fn a_configuration_that_takes_more_gets_the_full_one_and_comes_back_to_it() {
    let options = Options {
        settings: json!({ "several_accounts": true }),
        ..Options::default()
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        ensure!(asked(stage, LEAN) > 0 && asked(stage, FULL) > 0);
        // Each binary that starts reads the configuration.
        ensure!(asked(stage, "/vestibule.json") == 2);
        stage.sign_in(SSO, ADA).await?;
        stage.find(Role::Disclosure, "Add another account").await?;
        ensure!(
            asked(stage, "/vestibule.json") == 3,
            "the lean one was started on the way back"
        );
        Ok(())
    });
}

#[test]
fn an_answer_that_the_lean_one_came_back_with_is_taken_by_the_full_one() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage
            .click(Role::Button, "Sign in with Company SSO")
            .await?;
        stage.find(Role::Button, ADA).await?;
        ensure!(asked(stage, FULL) == 0);
        stage.configure(json!({ "several_accounts": true }));
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await?;
        ensure!(asked(stage, FULL) > 0);
        Ok(())
    });
}

#[test]
fn every_setting_beyond_the_lean_one_is_honoured() {
    run(Options::default(), async |stage| {
        let settings = [
            json!({ "mode": "popup" }),
            json!({ "auto_sign_in": "silent" }),
            json!({ "silent_renew": true }),
            json!({ "several_accounts": true }),
            json!({ "storage": "memory" }),
            json!({ "idle_timeout": 600 }),
        ];
        for settings in settings {
            let before = asked(stage, "/vestibule.json");
            stage.configure(settings.clone());
            stage.start_over().await?;
            stage.find(Role::Button, "Sign in with Company SSO").await?;
            let starts = asked(stage, "/vestibule.json") - before;
            ensure!(starts == 2, "{settings}: {starts} binaries were started");
        }
        Ok(())
    });
}

#[test]
fn a_browser_without_locks_gets_the_full_one_at_once() {
    run(Options::default(), async |stage| {
        let script = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
        stage
            .browser()
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": script }),
            )
            .await?;
        stage.open("").await?;
        stage.sign_in(SSO, ADA).await?;
        ensure!(asked(stage, FULL) > 0);
        // Before the sign-in and after it.
        ensure!(asked(stage, "/vestibule.json") == 2);
        Ok(())
    });
}

#[test]
fn a_full_one_that_does_not_arrive_is_told() {
    let options = Options {
        settings: json!({ "mode": "popup" }),
        ..Options::with_network_trouble()
    };
    run(options, async |stage| {
        stage.block(&["*vestibule-full*"]).await?;
        for _ in 0..2 {
            stage.open("").await?;
            stage
                .find(Role::Heading, "Sign-in is not available right now")
                .await?;
            stage.sees("A part of this page did not arrive.").await?;
        }
        stage.block(&[]).await?;
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        Ok(())
    });
}

#[test]
fn a_network_that_goes_away_before_the_configuration_is_told_and_passes() {
    run(Options::with_network_trouble(), async |stage| {
        stage
            .block(&["*vestibule.json*", "*vestibule-full*"])
            .await?;
        stage.open("").await?;
        stage
            .find(Role::Heading, "Sign-in is not available right now")
            .await?;
        stage.block(&[]).await?;
        stage.open("").await?;
        stage.sign_in(SSO, ADA).await?;
        ensure!(
            asked(stage, FULL) == 0,
            "the tab takes the full one for good"
        );
        Ok(())
    });
}

#[test]
fn after_a_mistake_was_mended_new_tabs_take_the_lean_one_alone() {
    run(Options::with_network_trouble(), async |stage| {
        let config = stage.provider.page_config();
        stage.site.set_config(SiteConfig::Missing);
        stage.open("").await?;
        stage.find(Role::Heading, "Sign-in is not set up").await?;
        stage.site.set_config(SiteConfig::Json(config));
        stage.new_tab().await?;
        let before = asked(stage, FULL);
        stage.open("").await?;
        stage.sign_in(SSO, ADA).await?;
        ensure!(asked(stage, FULL) == before);
        Ok(())
    });
}
