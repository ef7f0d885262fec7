//! Points in time, formatted for the person: in the browser's time zone and language.

use crate::protocol::Timestamp;
use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The last second that a JavaScript `Date` can hold. Later dates make it throw.
const LAST_SECOND: Timestamp = 8_640_000_000_000;

/// A `<time>` with the time of day, and the date if it isn't today.
pub fn moment(at: Timestamp) -> AnyView {
    let seconds = at.clamp(-LAST_SECOND, LAST_SECOND);
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    let mut options = vec![("hour", "numeric"), ("minute", "2-digit")];
    if date.to_date_string() != Date::new_0().to_date_string() {
        options.extend([("day", "numeric"), ("month", "long"), ("year", "numeric")]);
    }
    let text = format(&date, &options);
    let datetime = String::from(date.to_iso_string());
    view! { <time datetime=datetime>{text}</time> }.into_any()
}

fn format(date: &Date, parts: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (part, style) in parts {
        // Setting a property of a plain object can't fail.
        _ = Reflect::set(&options, &JsValue::from(*part), &JsValue::from(*style));
    }
    DateTimeFormat::new(&Array::new(), &options)
        .format()
        .call1(&JsValue::UNDEFINED, date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
