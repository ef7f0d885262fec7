//! Signing in, from the picker to the person on the screen.

use anyhow::{Result, ensure};
use browser_tests::{Key, Options, Role, Stage, run};
use serde_json::json;

#[test]
fn a_person_signs_in_at_every_kind_of_provider_and_sees_who_they_are() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        for provider in ["Company SSO", "Microsoft", "Google", "Okta"] {
            stage.sign_in(provider, "Ada Lovelace").await?;
            stage.sees("ada@example.com").await?;
            stage.sees(&format!("Signed in with {provider}")).await?;
            stage.sees("until").await?;
            ensure!(stage.storage().await? == ["vestibule.session"]);
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn a_picture_is_shown_where_there_is_one_and_initials_elsewhere() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage
            .becomes_true("[...document.images].some((image) => image.naturalWidth > 0 && image.checkVisibility())")
            .await?;
        stage.start_over().await?;
        stage.sign_in("Company SSO", "Grace Hopper").await?;
        stage.sees("GH").await?;
        ensure!(
            stage
                .execute("return document.images.length", vec![])
                .await?
                == 0
        );
        Ok(())
    });
}

#[test]
fn a_picture_that_does_not_load_gives_way_to_initials() {
    run(Options::with_network_trouble(), async |stage| {
        let missing = format!("{}/no-such-picture", stage.provider.origin());
        stage.fault(
            "plain",
            "id_token",
            "claims",
            json!({ "set": { "picture": missing } }),
        )?;
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.sees("AL").await?;
        stage
            .becomes_true("[...document.images].every((image) => !image.checkVisibility())")
            .await
    });
}

#[test]
fn people_of_every_kind_of_name_see_themselves() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
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
            stage.sign_in("Company SSO", name).await?;
            match email {
                Some(email) => stage.sees(email).await?,
                None => stage.does_not_see("@").await?,
            }
            stage.has_no_horizontal_scroll().await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn the_claims_can_be_looked_at() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.does_not_see("family_name").await?;
        stage.click(Role::Disclosure, "Show claims").await?;
        for word in ["family_name", "Lovelace", "sub", "email_verified", "true"] {
            stage.sees(word).await?;
        }
        Ok(())
    });
}

#[test]
fn a_reload_keeps_the_person() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.reload().await?;
        stage.is_signed_in("Ada Lovelace").await?;
        ensure!(stage.asked("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn nothing_of_the_answer_stays_in_the_address_bar_or_the_history() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.address_is("").await?;
        let history = stage.history().await?;
        ensure!(history.len() >= 2, "{history:?}");
        for address in &history {
            let ours = address.starts_with(&stage.site.url());
            ensure!(!(ours && address.contains('?')), "{address}");
        }
        Ok(())
    });
}

#[test]
fn going_back_and_forth_after_a_sign_in_redeems_nothing_again() {
    // The provider refuses to show its own page of a sign-in that is over.
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.back().await?;
        stage.browser().client.forward().await?;
        stage.is_signed_in("Ada Lovelace").await?;
        ensure!(stage.asked("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn the_picker_that_was_left_shows_who_signed_in_since() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.back().await?;
        stage.back().await?;
        stage.address_is("").await?;
        stage.is_signed_in("Ada Lovelace").await
    });
}

#[test]
fn a_person_is_back_where_they_were() {
    run(Options::default(), async |stage| {
        stage.open("?tab=2#part").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.address_is("?tab=2#part").await
    });
}

#[test]
fn the_keyboard_alone_is_enough() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        stage.tab_to("Sign in with Company SSO").await?;
        stage.press(Key::Enter).await?;
        stage.find(Role::Button, "Ada Lovelace").await?;
        stage.tab_to("Ada Lovelace").await?;
        stage.press(Key::Enter).await?;
        stage.is_signed_in("Ada Lovelace").await?;
        stage.tab_to("Show claims").await?;
        stage.press(Key::Enter).await?;
        stage.sees("family_name").await?;
        stage.tab_to("Sign out").await?;
        stage.press(Key::Enter).await?;
        stage.find(Role::Heading, "Sign out of").await?;
        stage.tab_to("Sign out").await?;
        stage.press(Key::Enter).await?;
        stage.sees("You are signed out.").await
    });
}

#[test]
fn the_page_works_below_a_path() {
    let options = Options {
        base_path: "/login/app/",
        ..Options::default()
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.address_is("").await?;
        signs_out(stage).await?;
        stage.address_is("").await
    });
}

#[test]
fn the_page_works_under_the_name_of_its_file() {
    run(Options::default(), async |stage| {
        stage.open("index.html").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.address_is("index.html").await
    });
}

#[test]
fn the_focus_goes_to_what_is_new() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.waits_for_focus("You are signed in").await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.waits_for_focus("Sign in").await?;
        stage.forget_at_providers().await?;
        stage.choose("Company SSO", "Cancel").await?;
        stage.sees("The sign-in was cancelled or refused").await?;
        ensure!(stage.focused_role().await? == "alert");
        Ok(())
    });
}

#[test]
fn nothing_else_can_be_chosen_while_the_page_is_left() {
    run(Options::default(), async |stage| {
        stage.fault("plain", "discovery", "hang", json!({}))?;
        stage.open("").await?;
        stage
            .click(Role::Button, "Sign in with Company SSO")
            .await?;
        let chosen = stage
            .find(Role::Button, "Taking you to Company SSO")
            .await?;
        ensure!(chosen.attr("aria-busy").await?.as_deref() == Some("true"));
        for other in ["Microsoft", "Google", "Okta"] {
            let other = stage
                .find(Role::Button, &format!("Sign in with {other}"))
                .await?;
            ensure!(!other.is_enabled().await?);
        }
        // Again, which must not begin a second sign-in.
        chosen.click().await?;
        stage.provider.clear_faults()?;
        stage.click(Role::Button, "Ada Lovelace").await?;
        stage.is_signed_in("Ada Lovelace").await?;
        ensure!(stage.asked("plain", "authorization")? <= 2);
        Ok(())
    });
}

#[test]
fn an_answer_to_another_client_is_left_alone() {
    run(Options::default(), async |stage| {
        let foreign = "?code=0123456789abcdef-foreign&state=foreign";
        stage.open(foreign).await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        stage.address_is(foreign).await?;
        ensure!(stage.asked("plain", "token")? == 0);
        Ok(())
    });
}

async fn signs_out(stage: &Stage) -> Result<()> {
    stage.click(Role::Button, "Sign out").await?;
    stage.find(Role::Heading, "Sign out of").await?;
    stage.click(Role::Button, "Sign out").await?;
    stage.sees("You are signed out.").await
}
