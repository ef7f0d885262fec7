//! Where the texts of a language come from: its file, which only somebody with that language loads, and the
//! configuration.

use crate::json::{Json, Object};
use crate::language::{Language, Texts, english};
use crate::platform::browser::{BrowserPlatform, ConfigDocument};
use crate::session::Auth;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Loads the file of a language. `None` if that fails.
pub type LoadFile = Rc<dyn Fn(&'static Language) -> FileFuture>;

type FileFuture = Pin<Box<dyn Future<Output = Option<String>>>>;

/// Loads files through a script's function, which gets the tag of a language and returns a promise of the
/// file's text.
pub fn from_script(load: js_sys::Function) -> LoadFile {
    Rc::new(move |language| {
        let promise = load.call1(&JsValue::UNDEFINED, &language.tag.into()).ok();
        Box::pin(async move {
            let file = JsFuture::from(js_sys::Promise::resolve(&promise?)).await;
            file.ok()?.as_string()
        })
    })
}

/// Loads files from the folder `texts` next to the page. Only a build that calls this contains it.
pub(super) fn from_folder() -> LoadFile {
    Rc::new(|language| {
        let url = format!("texts/{}.json", language.tag);
        Box::pin(async move { ConfigDocument::fetch_text(&url).await })
    })
}

/// The texts of the languages of a configuration.
#[derive(Clone)]
pub struct TextSource {
    /// `None`: the texts are in English.
    load: Option<LoadFile>,
    auth: Auth<BrowserPlatform>,
}

impl TextSource {
    /// The texts of this configuration, from these files.
    pub fn new(auth: &Auth<BrowserPlatform>, load: LoadFile) -> TextSource {
        TextSource {
            load: Some(load),
            auth: auth.clone(),
        }
    }

    /// The English texts of this configuration.
    pub(super) fn english_only(auth: &Auth<BrowserPlatform>) -> TextSource {
        TextSource {
            load: None,
            auth: auth.clone(),
        }
    }

    /// The languages that people can choose.
    pub(super) fn languages(&self) -> Vec<&'static Language> {
        match self.load {
            Some(_) => self.auth.languages().to_vec(),
            None => vec![english()],
        }
    }

    /// The English texts, which are there already.
    pub(super) fn english(&self) -> Texts {
        self.with_file(english(), Object::default())
    }

    /// The texts in this language, or in English if its file can't be loaded.
    pub(super) async fn texts(&self, language: &'static Language) -> Texts {
        let file = match &self.load {
            Some(load) if language != english() => load(language).await,
            _ => None,
        };
        match file.and_then(|file| Json::parse(file.as_bytes()).ok()) {
            Some(Json::Object(file)) => self.with_file(language, file),
            _ => self.english(),
        }
    }

    fn with_file(&self, language: &'static Language, file: Object) -> Texts {
        let product = self.auth.brand().name.as_deref().map(str::to_owned);
        Texts::new(language, file, self.auth.replaced_texts(language), product)
    }
}
