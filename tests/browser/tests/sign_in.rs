//! Signing in, from the picker to the account view.

use anyhow::ensure;
use browser_tests::{Key, Role, TestOptions, every_engine, run_test};
use serde_json::json;

every_engine![
    signs_in_at_every_kind_of_provider,
    going_back_and_forward_never_redeems_the_code_again,
    going_back_to_the_picker_shows_the_signed_in_user,
    returns_to_the_same_query_and_fragment,
    moves_the_focus_to_new_content,
];

#[test]
fn signs_in_at_every_kind_of_provider() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        for provider in ["Company SSO", "Microsoft", "Google", "Okta"] {
            ctx.sign_in(provider, "Ada Lovelace").await?;
            ctx.expect_text("ada@example.com").await?;
            ctx.expect_text(&format!("Signed in with {provider}"))
                .await?;
            ctx.expect_text("Session ends").await?;
            ctx.expect_only_a_session_stored().await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn shows_the_picture_or_initials() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx
            .wait_for_js("[...document.images].some((image) => image.naturalWidth > 0 && image.checkVisibility())")
            .await?;
        ctx.reset().await?;
        ctx.sign_in("Company SSO", "Grace Hopper").await?;
        ctx.expect_text("GH").await?;
        ensure!(ctx.execute("return document.images.length", vec![]).await? == 0);
        Ok(())
    });
}

#[test]
fn falls_back_to_initials_if_the_picture_does_not_load() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let missing = format!("{}/no-such-picture", ctx.provider.origin());
        ctx.inject_fault(
            "plain",
            "id_token",
            "claims",
            json!({ "set": { "picture": missing } }),
        )?;
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_text("AL").await?;
        ctx.wait_for_js("[...document.images].every((image) => !image.checkVisibility())")
            .await
    });
}

#[test]
fn shows_names_of_any_length_and_script() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        for (name, email) in [
            ("Emmy Noether", None),
            ("محمد بن موسى الخوارزمي", Some("khwarizmi@example.com")),
            ("紫 式部", Some("murasaki@example.com")),
            (
                "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Senior of Philadelphia and Hamburg",
                Some(
                    "hubert.blaine.wolfeschlegelsteinhausenbergerdorff.senior@departments.example.com",
                ),
            ),
        ] {
            ctx.sign_in("Company SSO", name).await?;
            match email {
                Some(email) => ctx.expect_text(email).await?,
                None => ctx.expect_no_text("@").await?,
            }
            ctx.expect_no_horizontal_scroll().await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn claims_are_shown_to_administrators_only() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        let html = ctx.execute("return document.body.innerHTML", vec![]);
        let html = html.await?;
        let html = html.as_str().unwrap_or_default();
        ensure!(!html.contains("family_name"), "{html}");
        ctx.open("?setup").await?;
        for word in ["family_name", "Lovelace", "sub", "email_verified", "true"] {
            ctx.expect_text(word).await?;
        }
        Ok(())
    });
}

#[test]
fn reloading_keeps_the_session() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.reload().await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn removes_the_response_from_address_bar_and_history() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_url("").await?;
        let history = ctx.chromium()?.history().await?;
        ensure!(history.len() >= 2, "{history:?}");
        for address in &history {
            let ours = address.starts_with(&ctx.site.url());
            ensure!(!(ours && address.contains('?')), "{address}");
        }
        Ok(())
    });
}

#[test]
fn going_back_and_forward_never_redeems_the_code_again() {
    // The provider answers its own, used-up page with an error.
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.back().await?;
        ctx.browser().client.forward().await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn going_back_to_the_picker_shows_the_signed_in_user() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.back().await?;
        ctx.back().await?;
        ctx.expect_url("").await?;
        ctx.expect_signed_in("Ada Lovelace").await
    });
}

#[test]
fn returns_to_the_same_query_and_fragment() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("?tab=2#part").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_url("?tab=2#part").await
    });
}

#[test]
fn signing_in_and_out_works_with_the_keyboard_alone() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        ctx.tab_to("Sign in with Company SSO").await?;
        ctx.press(Key::Enter).await?;
        ctx.find(Role::Button, "Ada Lovelace").await?;
        ctx.tab_to("Ada Lovelace").await?;
        ctx.press(Key::Enter).await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        ctx.tab_to("Sign out").await?;
        ctx.press(Key::Enter).await?;
        ctx.find(Role::Heading, "Sign out of").await?;
        ctx.tab_to("Sign out").await?;
        ctx.press(Key::Enter).await?;
        ctx.expect_text("You're signed out.").await
    });
}

#[test]
fn works_under_a_base_path() {
    let options = TestOptions {
        base_path: "/login/app/",
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_url("").await?;
        ctx.sign_out_at_provider().await?;
        ctx.expect_text("You're signed out.").await?;
        ctx.expect_url("").await
    });
}

#[test]
fn works_as_index_html() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("index.html").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_url("index.html").await
    });
}

#[test]
fn moves_the_focus_to_new_content() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_focus("You're signed in").await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_focus("Sign in").await?;
        ctx.provider.clear_sessions()?;
        ctx.start_sign_in("Company SSO", "Cancel").await?;
        // What people did themselves is no alarm.
        ctx.expect_text("Sign-in wasn't completed").await?;
        ensure!(ctx.focused_role().await? == "status");
        let html = json!({ "body": "<!doctype html><p>Hello", "content_type": "text/html" });
        ctx.inject_fault("plain", "token", "body", html)?;
        ctx.start_sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.expect_text("We got an unexpected response from Company SSO")
            .await?;
        ensure!(ctx.focused_role().await? == "alert");
        Ok(())
    });
}

#[test]
fn disables_other_providers_during_the_redirect() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.inject_fault("plain", "discovery", "hang", json!({}))?;
        ctx.open("").await?;
        ctx.click(Role::Button, "Sign in with Company SSO").await?;
        let chosen = ctx.find(Role::Button, "Opening Company SSO").await?;
        ensure!(chosen.attr("aria-busy").await?.as_deref() == Some("true"));
        for other in ["Microsoft", "Google", "Okta"] {
            let other = ctx
                .find(Role::Button, &format!("Sign in with {other}"))
                .await?;
            ensure!(!other.is_enabled().await?);
        }
        // A second click must not start a second sign-in.
        chosen.click().await?;
        ctx.provider.clear_faults()?;
        ctx.click(Role::Button, "Ada Lovelace").await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        ensure!(ctx.request_count("plain", "authorization")? <= 2);
        Ok(())
    });
}

#[test]
fn ignores_responses_to_other_clients() {
    run_test(TestOptions::default(), async |ctx| {
        let foreign = "?code=0123456789abcdef-foreign&state=foreign";
        ctx.open(foreign).await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        ctx.expect_url(foreign).await?;
        ensure!(ctx.request_count("plain", "token")? == 0);
        Ok(())
    });
}
