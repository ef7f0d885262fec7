// The language of somebody who hasn't loaded the WebAssembly yet, and the texts in it. The WebAssembly decides
// again, when it knows the configuration (src/ui/language.rs): this only makes sure that the file of the language
// arrives early.

/** The files of the languages. English isn't among them: it's in every build. */
const FILES = {
  de: new URL("./texts-de.json", import.meta.url),
  fr: new URL("./texts-fr.json", import.meta.url),
  es: new URL("./texts-es.json", import.meta.url),
  it: new URL("./texts-it.json", import.meta.url),
  "pt-BR": new URL("./texts-pt-BR.json", import.meta.url),
  nl: new URL("./texts-nl.json", import.meta.url),
  pl: new URL("./texts-pl.json", import.meta.url),
  tr: new URL("./texts-tr.json", import.meta.url),
  uk: new URL("./texts-uk.json", import.meta.url),
  ja: new URL("./texts-ja.json", import.meta.url),
  ko: new URL("./texts-ko.json", import.meta.url),
  "zh-Hans": new URL("./texts-zh-Hans.json", import.meta.url),
  "zh-Hant": new URL("./texts-zh-Hant.json", import.meta.url),
  ar: new URL("./texts-ar.json", import.meta.url),
  he: new URL("./texts-he.json", import.meta.url),
  hi: new URL("./texts-hi.json", import.meta.url),
};
/** The languages, English first. */
export const LANGUAGES = Object.freeze(["en", ...Object.keys(FILES)]);
/** Those that are written from right to left. */
const RIGHT_TO_LEFT = ["ar", "he"];
/** The value of the HTML attribute `dir`. */
export const directionOf = (language) => (RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr");
/** How long a file may take, in milliseconds. People read English then. */
const TIMEOUT = 5000;

/** What a language tag says about who can read it, as in src/language/matching.rs. */
function readable(tag) {
  const [language, ...subtags] = tag.toLowerCase().split(/[-_]/);
  const has = (...names) => names.some((name) => subtags.includes(name));
  const isTraditional = language === "zh" && !has("hans") && has("hant", "tw", "hk", "mo");
  return `${language === "iw" ? "he" : language} ${isTraditional}`;
}

/** The language of LANGUAGES that suits somebody who wants these, the most wanted first. */
export function choose(wanted) {
  for (const tag of wanted) {
    const suitable = LANGUAGES.find((language) => readable(language) === readable(tag));
    if (suitable) return suitable;
  }
  return "en";
}

/** The languages that somebody wants. `lang`: that of an element or the document. */
export function wanted(lang) {
  let stored;
  try {
    stored = localStorage.getItem("vestibule.language");
  } catch {
    // The browser blocks storage.
  }
  const asked = new URLSearchParams(location.search).get("ui_locales")?.split(" ") ?? [];
  return [...asked, stored, lang, ...navigator.languages].filter(Boolean);
}

const loading = new Map();
/**
 * Loads the file of a language, once; again if that failed.
 *
 * @returns A promise of its text, or of undefined if it can't be loaded, or for English.
 */
export function loadTexts(language) {
  if (!loading.has(language)) {
    loading.set(
      language,
      fetchText(FILES[language]).catch((error) => {
        loading.delete(language);
        console.warn(`Vestibule: the texts in the language "${language}" can't be loaded.`, error);
      }),
    );
  }
  return loading.get(language);
}

async function fetchText(file) {
  if (!file) return undefined;
  // Old browsers, which read that they are too old, have no timeouts.
  const response = await fetch(file, { signal: AbortSignal.timeout?.(TIMEOUT) });
  if (!response.ok) throw new Error(`${response.status} ${response.url}`);
  return response.text();
}
