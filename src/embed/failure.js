// What people read in an element that can't start. Why it can't is for administrators: it's in the console.

import { directionOf, loadTexts } from "./languages.js";

/** The English texts, as in texts/en.json. */
export const ENGLISH = {
  "error.config-invalid.title": "Sign-in isn't set up correctly",
  "error.config-invalid.advice": "To sign in, contact support.",
  "start.unavailable.title": "Sign-in isn't available right now",
  "start.unavailable.advice": "Part of the page didn't load. Check your connection, then reload the page.",
  "start.unsupported.title": "This browser is too old",
  "start.unsupported.advice": "Use Chrome or Edge 103, Firefox 102, Safari 16, or a later version.",
};

/** What the keys of the texts about an error begin with. */
function topic(code) {
  if (code === "browser-too-old") return "start.unsupported";
  if (code === "config-invalid" || code === "config-refused") return "error.config-invalid";
  return "start.unavailable";
}

/** Makes the message about an error with this code, in this language. */
export async function failureMessage(code, language) {
  const file = await loadTexts(language);
  const texts = file === undefined ? ENGLISH : JSON.parse(file);
  const message = document.createElement("div");
  message.className = "vestibule-alert";
  message.part = "alert";
  // As an attribute: Firefox reflects the property only since version 119.
  message.setAttribute("role", "alert");
  message.lang = file === undefined ? "en" : language;
  message.dir = directionOf(message.lang);
  for (const [name, part] of [["strong", "title"], ["p", "advice"]]) {
    const element = document.createElement(name);
    const key = `${topic(code)}.${part}`;
    element.textContent = texts[key] ?? ENGLISH[key];
    message.append(element);
  }
  return message;
}
