//! Points in time, formatted for the person: in the browser's time zone and the language of
//! the texts.

use crate::language::Language;
use crate::protocol::Timestamp;
use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The last second that a JavaScript `Date` can hold. Later dates make it throw.
const LAST_SECOND: Timestamp = 8_640_000_000_000;

/// How a point in time is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The time of day.
    Time,
    /// The day and the time of day.
    Day,
}

/// A `<time>` in this language.
pub fn moment(language: &Language, at: Timestamp, shown: Shown) -> AnyView {
    let date = date(at);
    let mut options = vec![("hour", "numeric"), ("minute", "2-digit")];
    if shown == Shown::Day {
        options.extend([("day", "numeric"), ("month", "long"), ("year", "numeric")]);
    }
    let text = format(language, &date, &options);
    let datetime = String::from(date.to_iso_string());
    view! { <time datetime=datetime>{text}</time> }.into_any()
}

/// Whether the browser's calendar has the same day then as now.
pub fn is_today(at: Timestamp) -> bool {
    date(at).to_date_string() == Date::new_0().to_date_string()
}

fn date(at: Timestamp) -> Date {
    let seconds = at.clamp(-LAST_SECOND, LAST_SECOND);
    Date::new(&JsValue::from_f64(seconds as f64 * 1000.0))
}

fn format(language: &Language, date: &Date, parts: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (part, style) in parts {
        // Setting a property of a plain object can't fail.
        _ = Reflect::set(&options, &JsValue::from(*part), &JsValue::from(*style));
    }
    DateTimeFormat::new(&locales(language), &options)
        .format()
        .call1(&JsValue::UNDEFINED, date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// The language as `Intl` takes it.
pub fn locales(language: &Language) -> Array {
    Array::of1(&language.tag.into())
}
