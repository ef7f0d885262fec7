//! The page is two binaries: who gets which, and what becomes of a page that one of them does not reach.

use anyhow::ensure;
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::json;
use xtask::site::SiteConfig;

const ADA: &str = "Ada Lovelace";
const SSO: &str = "Company SSO";
const LEAN: &str = "/vestibule-page-";
const FULL: &str = "/vestibule-full-";

/// How often files of such a name were asked for.
fn asked(ctx: &TestContext, name: &str) -> usize {
    let requests = ctx.site.requests();
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
    run_test(
        TestOptions {
            settings,
            ..TestOptions::default()
        },
        async |ctx| {
            ctx.open("").await?;
            ctx.sign_in(SSO, ADA).await?;
            ctx.reload().await?;
            ctx.expect_signed_in(ADA).await?;
            ctx.click(Role::Button, "Sign out").await?;
            ctx.find(Role::Heading, "Sign out of").await?;
            ctx.click(Role::Button, "Sign out").await?;
            ctx.expect_text("You are signed out.").await?;
            ensure!(asked(ctx, LEAN) > 0);
            ensure!(asked(ctx, FULL) == 0, "the full one was downloaded");
            Ok(())
        },
    );
}

#[test]
fn a_configuration_that_takes_more_gets_the_full_one_and_comes_back_to_it() {
    let options = TestOptions {
        settings: json!({ "several_accounts": true }),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        ensure!(asked(ctx, LEAN) > 0 && asked(ctx, FULL) > 0);
        // Each binary that starts reads the configuration.
        ensure!(asked(ctx, "/vestibule.json") == 2);
        ctx.sign_in(SSO, ADA).await?;
        ctx.find(Role::Disclosure, "Add another account").await?;
        ensure!(
            asked(ctx, "/vestibule.json") == 3,
            "the lean one was started on the way back"
        );
        Ok(())
    });
}

#[test]
fn an_answer_that_the_lean_one_came_back_with_is_taken_by_the_full_one() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, "Sign in with Company SSO").await?;
        ctx.find(Role::Button, ADA).await?;
        ensure!(asked(ctx, FULL) == 0);
        ctx.configure(json!({ "several_accounts": true }));
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await?;
        ensure!(asked(ctx, FULL) > 0);
        Ok(())
    });
}

#[test]
fn every_setting_beyond_the_lean_one_is_honoured() {
    run_test(TestOptions::default(), async |ctx| {
        let settings = [
            json!({ "mode": "popup" }),
            json!({ "auto_sign_in": "silent" }),
            json!({ "silent_renew": true }),
            json!({ "several_accounts": true }),
            json!({ "storage": "memory" }),
            json!({ "idle_timeout": 600 }),
        ];
        for settings in settings {
            let before = asked(ctx, "/vestibule.json");
            ctx.configure(settings.clone());
            ctx.reset().await?;
            ctx.find(Role::Button, "Sign in with Company SSO").await?;
            let starts = asked(ctx, "/vestibule.json") - before;
            ensure!(starts == 2, "{settings}: {starts} binaries were started");
        }
        Ok(())
    });
}

#[test]
fn a_browser_without_locks_gets_the_full_one_at_once() {
    run_test(TestOptions::default(), async |ctx| {
        let script = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
        ctx.add_init_script(script).await?;
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        ensure!(asked(ctx, FULL) > 0);
        // Before the sign-in and after it.
        ensure!(asked(ctx, "/vestibule.json") == 2);
        Ok(())
    });
}

#[test]
fn a_full_one_that_does_not_arrive_is_told() {
    let options = TestOptions {
        settings: json!({ "mode": "popup" }),
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.block_urls(&["*vestibule-full*"]).await?;
        for _ in 0..2 {
            ctx.open("").await?;
            ctx.find(Role::Heading, "Sign-in is not available right now")
                .await?;
            ctx.expect_text("A part of this page did not arrive.")
                .await?;
        }
        ctx.block_urls(&[]).await?;
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        Ok(())
    });
}

#[test]
fn a_network_that_goes_away_before_the_configuration_is_told_and_passes() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.block_urls(&["*vestibule.json*", "*vestibule-full*"])
            .await?;
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in is not available right now")
            .await?;
        ctx.block_urls(&[]).await?;
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        ensure!(asked(ctx, FULL) == 0, "the tab takes the full one for good");
        Ok(())
    });
}

#[test]
fn after_a_mistake_was_mended_new_tabs_take_the_lean_one_alone() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let config = ctx.provider.page_config();
        ctx.site.set_config(SiteConfig::Missing);
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in is not set up").await?;
        ctx.site.set_config(SiteConfig::Json(config));
        ctx.new_tab().await?;
        let before = asked(ctx, FULL);
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        ensure!(asked(ctx, FULL) == before);
        Ok(())
    });
}
