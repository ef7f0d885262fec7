//! Somebody else's page: the custom elements and the JavaScript API in it, against the example of plain
//! HTML.

use anyhow::{Result, ensure};
use browser_tests::{Options, Role, Stage, run};
use serde_json::{Value, json};

const ADA: &str = "Ada Lovelace";
const INVITATION: &str = "Sign in to see your orders.";

/// Runs a script as the page could, with the session that the page's elements share.
async fn script(stage: &Stage, body: &str) -> Result<Value> {
    let script = format!(
        "return (async () => {{
            const {{ createAuth, AuthError }} = await import(new URL('/vestibule/vestibule.js', location));
            const auth = await createAuth('vestibule.json');
            const refusal = async (work) => {{
                try {{ await work(); return 'nothing was refused' }} catch (error) {{
                    return error instanceof AuthError ? error.code : `${{error}}`;
                }}
            }};
            {body}
        }})()"
    );
    stage.execute(&script, vec![]).await
}

async fn signs_in(stage: &Stage) -> Result<()> {
    stage.choose("Company SSO", ADA).await?;
    stage.sees("Hello, Ada Lovelace.").await
}

/// The example with sessions that are renewed.
fn renewable() -> Options {
    Options {
        settings: json!({ "scope": "openid profile email offline_access" }),
        ..Options::example("html")
    }
}

#[test]
fn what_people_write_into_a_page_is_never_its_configuration() {
    run(Options::example("html"), async |stage| {
        stage.open("").await?;
        let offered = script(
            stage,
            r#"const note = document.createElement("p");
            note.id = "vestibule-config";
            note.textContent = JSON.stringify({ providers: [
                { id: "evil", kind: "oidc", client_id: "x", issuer: "https://evil.example" },
            ] });
            document.body.prepend(note);
            // Without an argument: the configuration of the page.
            const found = await createAuth();
            return found.providers.map(({ id }) => id);"#,
        )
        .await?;
        ensure!(
            offered == json!(["microsoft", "google", "okta", "plain"]),
            "{offered}"
        );
        Ok(())
    });
}

#[test]
fn routers_hear_of_the_address_that_people_are_back_at() {
    run(Options::example("html"), async |stage| {
        let listen = "addEventListener('popstate', () => { window.heard = location.href })";
        stage
            .browser()
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": listen }),
            )
            .await?;
        stage.open("?view=all#top").await?;
        signs_in(stage).await?;
        stage
            .becomes_true("window.heard?.endsWith('/?view=all#top') ?? null")
            .await
    });
}

#[test]
fn the_menu_tells_who_is_signed_in_and_signs_out_at_the_provider() {
    run(Options::example("html"), async |stage| {
        stage.open("").await?;
        signs_in(stage).await?;
        stage.does_not_see("ada@example.com").await?;
        stage.click(Role::Disclosure, ADA).await?;
        stage.sees("ada@example.com").await?;
        stage.click(Role::Button, "Sign out").await?;
        stage.find(Role::Heading, "Sign out of").await?;
        stage.click(Role::Button, "Sign out").await?;
        stage.sees(INVITATION).await
    });
}

#[test]
fn a_failed_sign_in_is_told_in_the_picker_and_the_page_keeps_its_title_and_focus() {
    run(Options::example("html"), async |stage| {
        stage.open("").await?;
        stage.choose("Company SSO", "Cancel").await?;
        stage.sees("The sign-in was cancelled or refused").await?;
        stage.find(Role::Alert, "").await?;
        // The focus is the page's too.
        let focus = stage.execute("return document.activeElement.tagName", vec![]);
        let focus = focus.await?;
        ensure!(focus == "BODY", "{focus}");
        let title = stage.execute("return document.title", vec![]).await?;
        ensure!(title == "Orders", "{title}");
        let error = script(stage, "return auth.getSnapshot().error.code").await?;
        ensure!(error == "provider-denied", "{error}");
        signs_in(stage).await
    });
}

#[test]
fn snapshots_and_events_tell_everything_but_tokens() {
    run(Options::example("html"), async |stage| {
        stage.open("").await?;
        signs_in(stage).await?;
        let told = script(
            stage,
            "const first = auth.getSnapshot();
             const token = await auth.getAccessToken();
             const events = [];
             for (const name of ['userUnloaded', 'userSignedOut', 'userLoaded']) {
                 auth.addEventListener(name, ({ detail }) => events.push([name, detail]));
             }
             let changes = 0;
             const end = auth.subscribe(() => changes++);
             const second = auth.getSnapshot();
             const dom = [];
             for (const element of document.querySelectorAll('vestibule-user')) {
                 element.addEventListener('vestibule:user-signed-out', ({ detail }) => dom.push(detail));
             }
             await auth.logout({ local: true });
             end();
             return {
                 same: first === second, frozen: Object.isFrozen(first) && Object.isFrozen(first.user.profile),
                 first, last: auth.getSnapshot(), events, dom, changes, token,
                 gone: await refusal(() => auth.getAccessToken()),
                 shared: await createAuth('vestibule.json') === auth,
             }",
        )
        .await?;
        ensure!(told["same"] == true && told["frozen"] == true, "{told}");
        let user = &told["first"]["user"];
        ensure!(user["name"] == ADA && user["provider"] == "plain", "{user}");
        ensure!(user["profile"]["family_name"] == "Lovelace", "{user}");
        ensure!(
            user["expiresAt"]
                .as_i64()
                .is_some_and(|end| end > 1_700_000_000)
        );
        ensure!(told["first"]["isAuthenticated"] == true && told["first"]["isLoading"] == false);
        let nobody = json!({
            "isLoading": false, "isAuthenticated": false, "user": null, "error": null,
            "activeNavigator": null, "accounts": [],
        });
        ensure!(told["last"] == nobody, "{}", told["last"]);
        let reason = json!({ "reason": "signed-out-here" });
        ensure!(told["events"] == json!([["userUnloaded", reason], ["userSignedOut", reason]]));
        ensure!(told["dom"] == json!([reason]), "{}", told["dom"]);
        ensure!(told["changes"].as_i64().is_some_and(|changes| changes > 1));
        ensure!(
            told["gone"] == "login-required" && told["shared"] == true,
            "{told}"
        );
        ensure!(told["token"].as_str().is_some_and(|token| token.len() > 16));
        let mut rest = told.clone();
        rest["token"] = Value::Null;
        stage.holds_no_secret(&rest.to_string()).await
    });
}

#[test]
fn an_answer_to_another_client_of_the_page_is_left_alone() {
    run(Options::example("html"), async |stage| {
        for foreign in [
            "?code=0123456789abcdef-foreign&state=foreign",
            "?error=access_denied&state=foreign",
            "?code=0123456789abcdef-foreign",
        ] {
            stage.open(foreign).await?;
            stage.sees(INVITATION).await?;
            stage.address_is(foreign).await?;
            let error = script(stage, "return auth.getSnapshot().error").await?;
            ensure!(error.is_null(), "{error}");
        }
        ensure!(stage.asked("plain", "token")? == 0);
        // And what the other one keeps is still there when ours is done.
        stage
            .execute("sessionStorage.setItem('other.client', 'kept')", vec![])
            .await?;
        signs_in(stage).await?;
        script(stage, "await auth.logout({ local: true })").await?;
        ensure!(stage.storage().await? == ["other.client"]);
        Ok(())
    });
}

#[test]
fn people_are_sent_back_to_this_origin_only() {
    run(Options::example("html"), async |stage| {
        stage.open("").await?;
        stage.sees(INVITATION).await?;
        for place in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "blob:https://evil.example/x",
            "https:evil.example",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1.evil.example/",
            "/.//evil.example",
            "/a/..//evil.example",
        ] {
            let place_json = Value::from(place).to_string();
            let code = script(
                stage,
                &format!("return refusal(() => auth.login({{ returnTo: {place_json} }}))"),
            )
            .await?;
            ensure!(code == "return-to-elsewhere", "{place:?} ended in {code}");
        }
        ensure!(stage.storage().await?.is_empty());
        script(
            stage,
            "void auth.login({ provider: 'plain', returnTo: '/?order=7&of=%2F%2Fevil.example#part' })",
        )
        .await?;
        stage.click(Role::Button, ADA).await?;
        stage.sees("Hello, Ada Lovelace.").await?;
        stage
            .address_is("?order=7&of=%2F%2Fevil.example#part")
            .await
    });
}

#[test]
fn elements_follow_their_attributes_and_survive_being_moved() {
    run(Options::example("html"), async |stage| {
        const PICKER: &str = "const picker = document.querySelector('vestibule-picker');";
        let buttons = async |count: usize| {
            let buttons = "document.querySelector('vestibule-picker').shadowRoot.querySelectorAll('[part=provider]').length";
            stage.becomes_true(&format!("{buttons} === {count}")).await
        };
        let colour = async |colour: &str| {
            let button = "document.querySelector('vestibule-picker').shadowRoot.querySelector('[part=provider]')";
            stage
                .becomes_true(&format!(
                    "getComputedStyle({button}).backgroundColor === '{colour}'"
                ))
                .await
        };
        let on_picker =
            async |script: &str| stage.execute(&format!("{PICKER} {script}"), vec![]).await;
        let add_user = "const user = document.createElement('vestibule-user');
            user.setAttribute('config', 'vestibule.json');
            document.body.append(user)";

        stage.open("").await?;
        let all = script(stage, "return auth.providers.length").await?;
        ensure!(all.as_u64().is_some_and(|all| all > 2), "{all}");
        buttons(all.as_u64().unwrap_or_default() as usize).await?;
        on_picker("picker.setAttribute('providers', 'google plain')").await?;
        buttons(2).await?;
        on_picker("picker.setAttribute('return-to', '/?moved#there')").await?;
        on_picker("const place = picker.parentNode; picker.remove(); place.append(picker)").await?;
        buttons(2).await?;
        colour("rgb(255, 255, 255)").await?;
        on_picker("picker.setAttribute('theme', 'dark')").await?;
        colour("rgb(19, 19, 20)").await?;

        signs_in(stage).await?;
        stage.address_is("?moved#there").await?;
        // A second one, made later, is of the same session.
        stage.execute(add_user, vec![]).await?;
        let users = "[...document.querySelectorAll('vestibule-user')]";
        let shows = "shadowRoot?.textContent.includes('Ada Lovelace')";
        stage
            .becomes_true(&format!(
                "{users}.length === 2 && {users}.every((user) => user.{shows})"
            ))
            .await?;
        script(stage, "await auth.logout({ local: true })").await?;
        stage
            .becomes_true(&format!("{users}.every((user) => !user.{shows})"))
            .await
    });
}

#[test]
fn a_page_whose_browser_cannot_run_it_is_told_so() {
    let options = Options {
        // The program of the page ends with it.
        console: &["vestibule.js"],
        ..Options::with_network_trouble_in("html")
    };
    run(options, async |stage| {
        stage.block(&["*.wasm"]).await?;
        stage.open("").await?;
        stage
            .sees("Sign-in could not be started in this browser.")
            .await?;
        let code = stage
            .execute(
                "return import(new URL('/vestibule/vestibule.js', location))
                    .then(({ createAuth }) => createAuth('vestibule.json'))
                    .then(() => '', ({ code }) => code)",
                vec![],
            )
            .await?;
        ensure!(code == "webassembly-unavailable", "{code}");
        // Another attempt may do better.
        stage.block(&[]).await?;
        script(stage, "await auth.handleCallback()").await.map(drop)
    });
}

#[test]
fn mistakes_of_a_configuration_are_told() {
    run(Options::with_network_trouble_in("html"), async |stage| {
        stage.open("").await?;
        let told = script(
            stage,
            "const told = async (config) => {
                 try { await createAuth(config); return null } catch (error) { return error.toJSON() }
             };
             return [
                 await told({ providers: [], scop: 'openid' }),
                 await told('missing.json'),
                 await refusal(() => auth.login({ provider: 'nobody' })),
             ]",
        )
        .await?;
        ensure!(told[0]["code"] == "config-invalid", "{told}");
        let details = told[0]["details"].as_str().unwrap_or_default();
        ensure!(details.contains("Did you mean \"scope\"?"), "{details}");
        ensure!(told[1]["code"] == "config-invalid", "{told}");
        ensure!(told[2] == "config-invalid", "{told}");
        Ok(())
    });
}

#[test]
fn the_access_token_goes_to_the_api_alone() {
    run(Options::with_network_trouble_in("html"), async |stage| {
        stage.open("").await?;
        signs_in(stage).await?;
        let api = stage.api.origin();
        let body = format!(
            "const status = async (...request) => (await auth.fetch(...request)).status;
             return [
                 await status('{api}/orders'),
                 await status('{api}/orders', {{ method: 'POST', body: new URLSearchParams({{ a: 'b' }}) }}),
                 await status('app.js'),
                 await refusal(() => auth.fetch('{api}/moved?{api}/orders')),
                 await refusal(() => auth.fetch('{api}/moved?{site}steal')),
                 (await auth.fetch('{api}/moved', {{ redirect: 'manual' }})).type,
             ]",
            site = stage.site.url()
        );
        let told = script(stage, &body).await?;
        let expected = json!([
            200,
            200,
            200,
            "api-redirected",
            "api-redirected",
            "opaqueredirect"
        ]);
        ensure!(told == expected, "{told}");
        let requests = stage.api.requests();
        ensure!(
            requests
                .iter()
                .all(|request| request.authorization.is_some())
        );
        ensure!(
            requests
                .iter()
                .filter(|request| request.path == "/orders")
                .count()
                == 2
        );
        ensure!(requests[1].body == "a=b", "{:?}", requests[1].body);
        for request in stage.site.requests() {
            let sent = request
                .headers
                .iter()
                .any(|(name, _)| name == "authorization");
            ensure!(
                !sent && !request.path_and_query.contains("steal"),
                "{}",
                request.path_and_query
            );
        }
        Ok(())
    });
}

#[test]
fn a_refused_token_is_renewed_once_and_the_request_sent_again() {
    let options = Options {
        network_trouble: true,
        ..renewable()
    };
    run(options, async |stage| {
        stage.open("").await?;
        signs_in(stage).await?;
        let api = stage.api.origin();
        let body = format!(
            "const form = new FormData();
             form.set('a', 'b');
             const stream = () => new Blob(['streamed']).stream();
             const again = await auth.fetch('{api}/stale', {{ method: 'POST', body: form }});
             return [
                 again.status,
                 (await auth.fetch('{api}/never')).status,
                 await refusal(() => auth.fetch('{api}/never', {{ method: 'POST', body: stream(), duplex: 'half' }})),
             ]"
        );
        let told = script(stage, &body).await?;
        // Browsers send streams over HTTP/2 alone, so the last one fails before it is sent.
        ensure!(told[0] == 200 && told[1] == 401, "{told}");
        let requests = stage.api.requests();
        let to = |path: &str| -> Vec<_> {
            requests
                .iter()
                .filter(|request| request.path == path)
                .cloned()
                .collect()
        };
        let stale = to("/stale");
        ensure!(stale.len() == 2 && stale[0].authorization != stale[1].authorization);
        ensure!(
            stale
                .iter()
                .all(|request| request.body.contains("name=\"a\""))
        );
        ensure!(to("/never").len() == 2, "{:?}", to("/never").len());
        Ok(())
    });
}

#[test]
fn an_api_that_wants_a_stronger_sign_in_sends_people_to_it() {
    run(Options::with_network_trouble_in("html"), async |stage| {
        stage.open("?order=7#part").await?;
        signs_in(stage).await?;
        let api = stage.api.origin();
        // Kept from it, the page gets the answer of the API.
        let body = format!(
            "const wanted = [];
             const prevent = (event) => {{ wanted.push(event.detail); event.preventDefault() }};
             auth.addEventListener('stepUpRequired', prevent);
             const {{ status }} = await auth.fetch('{api}/strict');
             auth.removeEventListener('stepUpRequired', prevent);
             return [status, wanted]"
        );
        let told = script(stage, &body).await?;
        let wanted = json!([401, [{ "acrValues": "phr", "maxAge": 5 }]]);
        ensure!(told == wanted, "{told}");

        stage.forget_at_providers().await?;
        script(
            stage,
            &format!("void auth.fetch('{api}/strict').catch(() => {{}})"),
        )
        .await?;
        stage.click(Role::Button, ADA).await?;
        stage.sees("Hello, Ada Lovelace.").await?;
        stage.address_is("?order=7#part").await?;
        let asked = stage.navigations().await?;
        let strict = |url: &&String| url.contains("acr_values=phr") && url.contains("max_age=5");
        ensure!(asked.iter().any(|url| strict(&url)), "{asked:?}");
        Ok(())
    });
}

#[test]
fn a_stronger_sign_in_beside_the_page_sends_the_request_again() {
    run(Options::with_network_trouble_in("html"), async |stage| {
        stage.open("").await?;
        signs_in(stage).await?;
        // Another name of the same configuration: the page has opened the first without options.
        let body = format!(
            "const strict = await createAuth('vestibule.json?strict', {{ stepUp: 'popup' }});
             const button = document.body.appendChild(document.createElement('button'));
             button.textContent = 'Pay';
             button.onclick = async () => {{
                 const {{ status }} = await strict.fetch('{}/strict');
                 button.textContent = `Answered: ${{status}}`;
             }}",
            stage.api.origin()
        );
        script(stage, &body).await?;
        stage.forget_at_providers().await?;
        let page = stage.browser().client.window().await?;
        stage.click(Role::Button, "Pay").await?;
        stage.follow_popup().await?;
        stage.click(Role::Button, ADA).await?;
        stage.popup_closes(page).await?;
        // The API asks for a stronger one each time; people are not sent in circles.
        stage.sees("Answered: 401").await?;

        let requests = stage.api.requests().into_iter();
        let strict: Vec<_> = requests.filter(|sent| sent.path == "/strict").collect();
        ensure!(strict.len() == 2 && strict[0].authorization != strict[1].authorization);
        let asked = stage.received("plain", "authorization")?;
        let named = asked
            .last()
            .and_then(|last| last["query_parameters"].as_array());
        let has = |name: &str| named.is_some_and(|names| names.iter().any(|known| known == name));
        ensure!(has("acr_values") && has("max_age"), "{named:?}");
        Ok(())
    });
}
