// Translates what files of HTML say before any WebAssembly has loaded, or without any.

import { choose, directionOf, loadTexts, wanted } from "./languages.js";

/** The language of whoever reads the document. In English is what the file says before anybody has changed it. */
export function readersLanguage() {
  const { lang } = document.documentElement;
  return choose(wanted(lang === "en" ? undefined : lang));
}

/**
 * Puts the elements with `data-text`, the key of their text in the folder `texts`, into the reader's language.
 * Without its file, they stay in English.
 */
export async function translate() {
  const language = readersLanguage();
  const file = await loadTexts(language);
  if (file === undefined) return;
  const texts = JSON.parse(file);
  for (const element of document.querySelectorAll("[data-text]")) {
    const text = texts[element.dataset.text];
    if (typeof text !== "string") continue;
    element.textContent = text;
    element.lang = language;
    element.dir = directionOf(language);
  }
}
