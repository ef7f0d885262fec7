//! `?preview`: every state of the page side by side, for whoever styles it or translates its texts, without a
//! provider. Each is in a frame, so that it has the width and the theme that somebody wants to see.

mod scenes;

use super::brand::{apply_colors, apply_to_document, load_stylesheet};
use super::config_problem::ConfigProblem;
use super::context::AuthContext;
use super::language::preferred;
use super::page::{hide_placeholders, page, remove_placeholders};
use super::text_source::LoadFile;
use super::view::describe_language;
use crate::config::{Brand, ConfigError};
use crate::json::{Json, Object};
use crate::language::{LANGUAGES, Language, english};
use crate::platform::browser::{BrowserPlatform, ConfigDocument};
use crate::session::Auth;
use leptos::prelude::*;
use scenes::{Kind, SCENES, Scene, sample_auth};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, HtmlIFrameElement, UrlSearchParams};

/// The stylesheet that the page and the set-up page share.
const STYLE: &str = "vestibule-setup.css";
// For administrators. Not in the views: see `icons` on elements without dynamic parts.
const TITLE: &str = "Every state of this page";
const LEAD: &str = "For whoever styles it or translates its texts. Brand, languages and texts are those of the configuration. People and providers are made up, and the buttons do nothing.";
const EVERY_LANGUAGE: &str = "Every language";
const ALL_STATES: &str = "All states";

/// What the configuration says about the page's looks.
const LOOKS: [&str; 3] = ["brand", "languages", "texts"];
/// The widths of the frames, in pixels.
const WIDTHS: [u32; 4] = [320, 360, 480, 1024];
/// The themes, as values of `color-scheme`.
const THEMES: [&str; 3] = ["light dark", "light", "dark"];

/// What the page's configuration says about its looks, as far as it's valid.
pub fn looks_of(document: &ConfigDocument) -> Object {
    let mut looks = Object::default();
    if let ConfigDocument::Text(text, _) = document
        && let Ok(Json::Object(config)) = Json::parse(text)
    {
        for name in LOOKS {
            if let Some(value) = config.get(name) {
                looks.insert(name, value.clone());
            }
        }
    }
    match sample_auth(1, false, &looks) {
        Some(_) => looks,
        None => Object::default(),
    }
}

/// What every scene is drawn with.
#[derive(Clone)]
pub struct Sources {
    /// What the page's configuration says about its looks.
    pub looks: Object,
    /// Loads the texts of a language.
    pub load: LoadFile,
}

/// The scene that the address asks for, or else all of them.
pub fn preview(sources: Sources) -> AnyView {
    let query = location().search().unwrap_or_default();
    let params = UrlSearchParams::new_with_str(&query).ok();
    let param = |name: &str| params.as_ref().and_then(|params| params.get(name));
    match param("preview").and_then(|name| Scene::named(&name)) {
        Some(scene) => alone(scene, &sources, param("theme")),
        None => gallery(sources, param("theme"), param("width")),
    }
}

/// A scene as the page shows it.
fn alone(scene: Scene, sources: &Sources, theme: Option<String>) -> AnyView {
    document().set_title(&["Preview: ", scene.title].concat());
    if let Some(theme) = theme {
        set_theme(&document(), &theme);
    }
    match scene.kind {
        Kind::Static(id) => {
            if let Some(element) = copy(id) {
                remove_placeholders();
                let place = document().get_element_by_id("vestibule");
                _ = place.map(|place| place.append_child(&element));
            }
            ().into_any()
        }
        Kind::Page(..) | Kind::ConfigProblem => {
            let Some(context) = context(scene, sources, None) else {
                return ().into_any();
            };
            let session = context.client();
            apply_to_document(session.brand());
            let is_styled = load_stylesheet(session.brand());
            Effect::new(move |_| {
                if let Some(root) = document().document_element() {
                    describe_language(&root, context);
                }
            });
            remove_placeholders();
            (move || (is_styled.get() && context.has_texts()).then(|| view_of(scene, context)))
                .into_any()
        }
    }
}

/// Every scene in a frame, or one scene in every language and theme.
fn gallery(sources: Sources, theme: Option<String>, width: Option<String>) -> AnyView {
    document().set_title(TITLE);
    let sources = StoredValue::new_local(Rc::new(sources));
    let language = RwSignal::new(preferred(None, &LANGUAGES.iter().collect::<Vec<_>>()));
    let theme = RwSignal::new(theme_named(theme.as_deref()));
    let width = RwSignal::new(width_named(width.as_deref()));
    let chosen = RwSignal::new(None::<Scene>);
    let frames = move || {
        let sources = sources.get_value();
        let (theme, width) = (theme.get(), width.get());
        let frames: Vec<AnyView> = match chosen.get() {
            None => SCENES
                .iter()
                .map(|scene| frame(*scene, &sources, language.get(), theme, width, chosen))
                .collect(),
            Some(scene) => ["light", "dark"]
                .into_iter()
                .flat_map(|theme| LANGUAGES.iter().map(move |language| (language, theme)))
                .map(|(language, theme)| frame(scene, &sources, language, theme, width, chosen))
                .collect(),
        };
        frames.into_any()
    };
    let languages = LANGUAGES
        .iter()
        .map(|language| (language.tag, language.name.to_owned()))
        .collect();
    let themes = THEMES
        .map(|theme| (theme, theme.replace(' ', " or ")))
        .into();
    let widths = WIDTHS.map(|width| (width.to_string(), format!("{width} pixels")));
    let widths = widths
        .iter()
        .map(|(value, name)| (value.as_str(), name.clone()))
        .collect();
    let on_language =
        move |tag: String| language.set(Language::with_tag(&tag).unwrap_or(english()));
    let on_theme = move |name: String| theme.set(theme_named(Some(&name)));
    let on_width = move |text: String| width.set(width_named(Some(&text)));
    // Not removed: some are scenes.
    hide_placeholders();
    view! {
        <link rel="stylesheet" href=STYLE />
        <div class="vestibule-preview">
            <section class="vestibule-card">
                <h1>{TITLE}</h1>
                <p class="vestibule-lead">{LEAD}</p>
                <div class="vestibule-preview-choices">
                    {choice("Language", languages, language.get_untracked().tag, on_language)}
                    {choice("Theme", themes, theme.get_untracked(), on_theme)}
                    {choice("Width", widths, &width.get_untracked().to_string(), on_width)}
                    {move || {
                        chosen.get().map(|_| {
                            view! {
                                <button
                                    type="button"
                                    class="vestibule-button vestibule-secondary"
                                    on:click=move |_| chosen.set(None)
                                >
                                    {ALL_STATES}
                                </button>
                            }
                        })
                    }}
                </div>
            </section>
            <div class="vestibule-preview-frames">{frames}</div>
        </div>
    }
    .into_any()
}

fn theme_named(name: Option<&str>) -> &'static str {
    let mut themes = THEMES.into_iter();
    themes
        .find(|theme| Some(*theme) == name)
        .unwrap_or(THEMES[0])
}

fn width_named(text: Option<&str>) -> u32 {
    let width = text.and_then(|text| text.parse().ok());
    width
        .filter(|width| WIDTHS.contains(width))
        .unwrap_or(WIDTHS[1])
}

fn choice(
    label: &'static str,
    options: Vec<(&str, String)>,
    selected: &str,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    let options: Vec<AnyView> = options
        .into_iter()
        .map(|(value, name)| {
            let is_selected = value == selected;
            view! {
                <option value=value.to_owned() selected=is_selected>
                    {name}
                </option>
            }
            .into_any()
        })
        .collect();
    view! {
        <label>
            {label}
            <select on:change=move |event| choose(event_target_value(&event))>{options}</select>
        </label>
    }
    .into_any()
}

/// A scene in a frame without an address, whose policy is the page's.
fn frame(
    scene: Scene,
    sources: &Rc<Sources>,
    language: &'static Language,
    theme: &'static str,
    width: u32,
    chosen: RwSignal<Option<Scene>>,
) -> AnyView {
    // Unmounts the view when the frame is removed.
    let mounted = StoredValue::new_local(None);
    let sources = StoredValue::new_local(Rc::clone(sources));
    let is_chosen = chosen.with_untracked(Option::is_some);
    let title = if is_chosen {
        [language.name, ", ", theme].concat()
    } else {
        scene.title.to_owned()
    };
    let fill = move |event: leptos::ev::Event| {
        let frame = event_target::<HtmlIFrameElement>(&event);
        let sources = sources.get_value();
        if let Some(document) = frame.content_document()
            && let Some(context) = context(scene, &sources, Some(language))
            && let Some(place) = prepare(&document, context, theme)
        {
            mounted.set_value(show(scene, context, place));
        }
    };
    let address = [
        "?preview=",
        scene.name,
        "&ui_locales=",
        language.tag,
        "&theme=",
        theme,
    ]
    .concat();
    let name = title.clone();
    view! {
        <figure style:width=format!("{width}px")>
            <figcaption>
                <a href=address>{title}</a>
                {(!is_chosen)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="vestibule-link"
                                on:click=move |_| chosen.set(Some(scene))
                            >
                                {EVERY_LANGUAGE}
                            </button>
                        }
                    })}
            </figcaption>
            <iframe title=name width=width.to_string() on:load=fill></iframe>
        </figure>
    }
    .into_any()
}

/// Makes an empty document like `index.html`. Returns the place of the card.
fn prepare(frame: &Document, context: AuthContext, theme: &str) -> Option<HtmlElement> {
    let session = context.client();
    let brand: &Brand = session.brand();
    // The frame has its own classes of elements, which a checked conversion would refuse.
    let root: HtmlElement = frame.document_element()?.unchecked_into();
    // The page's own is the first.
    let style = document()
        .query_selector(r#"link[rel="stylesheet"]"#)
        .ok()??;
    frame.head()?.append_child(&style.clone_node().ok()?).ok()?;
    if let Some(stylesheet) = &brand.stylesheet {
        let link = frame.create_element("link").ok()?;
        link.set_attribute("rel", "stylesheet").ok()?;
        link.set_attribute("href", stylesheet).ok()?;
        frame.head()?.append_child(&link).ok()?;
    }
    apply_colors(&root, brand);
    frame.body()?.set_class_name("vestibule-page");
    set_theme(frame, theme);
    // One of the page's, because the card looks for an element of its class.
    let place: HtmlElement = document().create_element("main").ok()?.unchecked_into();
    place.set_id("vestibule");
    frame.body()?.append_child(&place).ok()?;
    Some(place)
}

fn show(scene: Scene, context: AuthContext, place: HtmlElement) -> Option<impl Sized + 'static> {
    if let Kind::Static(id) = scene.kind {
        _ = place.append_child(&copy(id)?);
    }
    let root = place.owner_document()?.document_element()?;
    Some(leptos::mount::mount_to(place, move || {
        Effect::new(move |_| describe_language(&root, context));
        move || context.has_texts().then(|| view_of(scene, context))
    }))
}

fn view_of(scene: Scene, context: AuthContext) -> AnyView {
    match scene.kind {
        Kind::Static(_) => ().into_any(),
        Kind::Page(..) => page(context),
        Kind::ConfigProblem => view! { <ConfigProblem problem=ConfigError::Missing /> }.into_any(),
    }
}

/// What has happened in a scene. `language`: the person's, unless it's given.
fn context(
    scene: Scene,
    sources: &Sources,
    language: Option<&'static Language>,
) -> Option<AuthContext> {
    let (providers, situation) = match scene.kind {
        Kind::Page(providers, situation) => (providers, Some(situation())),
        Kind::Static(_) | Kind::ConfigProblem => (1, None),
    };
    let situation = situation.unwrap_or_else(scenes::nothing);
    let several = !situation.accounts.is_empty();
    let auth: Auth<BrowserPlatform> = sample_auth(providers, several, &sources.looks)?;
    let language = language.unwrap_or_else(|| preferred(None, auth.languages()));
    Some(AuthContext::at(
        situation,
        auth,
        Rc::clone(&sources.load),
        language,
    ))
}

/// A copy of a message of `index.html`, to be shown.
fn copy(id: &str) -> Option<web_sys::Node> {
    let element = document().get_element_by_id(id)?;
    let copy = element.clone_node_with_deep(true).ok()?;
    let copy: HtmlElement = copy.dyn_into().ok()?;
    copy.set_hidden(false);
    Some(copy.into())
}

/// Shows a document in a theme: a value of `color-scheme`.
fn set_theme(document: &Document, theme: &str) {
    let root = document.document_element();
    let root = root.map(|root| root.unchecked_into::<HtmlElement>());
    for element in [root, document.body()].into_iter().flatten() {
        // Only fails for a name or value that isn't one.
        _ = element.style().set_property("color-scheme", theme);
    }
}
