// The custom elements: their shadow roots, attributes and DOM events. WebAssembly draws what is in them, and
// the stylesheet alone handles the attribute `theme`.

import { failureMessage } from "./failure.js";
import { choose, loadTexts, wanted } from "./languages.js";

/** The events of an `Auth`, which elements dispatch as `vestibule:user-loaded` and so on. */
const EVENTS = [
  "userLoaded",
  "userUnloaded",
  "userSignedOut",
  "accessTokenExpiring",
  "accessTokenExpired",
  "silentRenewError",
  "sessionExpiring",
  "loginStarted",
  "loginFailed",
  "stepUpRequired",
];
const toKebabCase = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The language of an element: its own, or that of the nearest one around it that has one. */
function languageAround(element) {
  for (let node = element; node; node = node.parentNode ?? node.host) {
    const lang = node.getAttribute?.("lang");
    if (lang) return lang;
  }
  return undefined;
}

/** The language that an element's reader wants. */
const readersLanguage = (element) => choose(wanted(languageAround(element)));

const reported = new Set();
/** Tells whoever runs the page why elements can't start: once, though there are several. */
function report(error) {
  const reason = [error.code, error.message, error.details].filter(Boolean).join("\n");
  if (reported.has(reason)) return;
  reported.add(reason);
  console.error(`Vestibule: an element can't start. ${reason}`);
}

/** Height and distance of the picker's rows, in pixels (style/vestibule.css). */
const ROW = { height: 48, gap: 12 };
/** From so many rows on, there's a search field, and people see so many rows at first (src/ui/picker.rs). */
const MANY = { rows: 8, height: 7 };

/** How many providers the configuration in the page has. 0 if it isn't in the page. */
function countOfInlineProviders() {
  try {
    const config = document.querySelector('script[type="application/json"]#vestibule-config');
    return JSON.parse(config.textContent).providers.filter(({ enabled }) => enabled !== false).length;
  } catch {
    return 0;
  }
}

/** Defines the elements, which open their configuration with this `createAuth`. */
export function defineElements(createAuth) {
  /** The base of all elements: opens the configuration, and opens it again when an attribute changes. */
  class VestibuleElement extends HTMLElement {
    static observedAttributes = ["config", "lang", "providers", "mode", "return-to", "debug"];
    #cleanups = [];
    #auth;

    /** A promise of the element's `Auth`. */
    get auth() {
      return this.#auth;
    }

    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: "open" });
      this.#open();
    }

    disconnectedCallback() {
      this.#close();
    }

    attributeChangedCallback(_name, oldValue, newValue) {
      if (this.isConnected && this.shadowRoot && oldValue !== newValue) {
        this.#close();
        this.#open();
      }
    }

    async #open() {
      // Arrives while the configuration does.
      loadTexts(readersLanguage(this));
      const options = this.hasAttribute("debug") ? { debug: true } : {};
      const opening = createAuth(this.getAttribute("config") ?? undefined, options);
      this.#auth = opening;
      const cleanups = (this.#cleanups = []);
      this.renderLoading();
      try {
        const auth = await opening;
        // The element has been removed or changed meanwhile.
        if (this.#cleanups !== cleanups) return;
        for (const name of EVENTS) {
          const redispatch = (event) => {
            const { detail, cancelable } = event;
            const options = { detail, cancelable, bubbles: true, composed: true };
            const isAllowed = this.dispatchEvent(new CustomEvent(`vestibule:${toKebabCase(name)}`, options));
            if (!isAllowed) event.preventDefault();
          };
          auth.addEventListener(name, redispatch);
          cleanups.push(() => auth.removeEventListener(name, redispatch));
        }
        cleanups.push(this.render(auth));
      } catch (error) {
        if (this.#cleanups !== cleanups) return;
        report(error);
        this.renderError(error);
      }
    }

    #close() {
      for (const cleanup of this.#cleanups) cleanup();
      this.#cleanups = [];
    }

    // Subclasses implement renderLoading(), renderError(error), and render(auth), which returns a function
    // that removes what it has rendered.
  }

  /** An element whose content WebAssembly draws. */
  class ComponentElement extends VestibuleElement {
    #root;

    renderLoading() {
      const probe = document.createElement("span");
      probe.className = "vestibule-probe";
      const stylesheet = document.createElement("link");
      stylesheet.rel = "stylesheet";
      stylesheet.href = new URL("./vestibule.css", import.meta.url).href;
      this.#root = document.createElement("div");
      this.#root.className = "vestibule-embedded";
      this.#root.part = "base";
      // Hidden until the stylesheet has loaded or failed.
      this.#root.hidden = true;
      stylesheet.onload = stylesheet.onerror = () => (this.#root.hidden = false);
      // Its color is that of the text around the element, and a change of it starts a transition.
      probe.ontransitionrun = probe.ontransitionend = () => this.#followHost();
      this.#followHost();
      this.shadowRoot.replaceChildren(stylesheet, probe, this.#root);
    }

    /** Follows the page around the element, whether or not it says so in `color-scheme`: light text is on dark. */
    #followHost() {
      const color = /^rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(this).color);
      if (!color || this.hasAttribute("theme")) return;
      const [r, g, b] = color.slice(1).map(Number);
      this.#root.dataset.scheme = 0.2126 * r + 0.7152 * g + 0.0722 * b > 127 ? "dark" : "light";
    }

    render(auth) {
      return auth.show(this.constructor.component, this.#root, {
        lang: languageAround(this),
        providers: this.getAttribute("providers") ?? "",
        mode: this.getAttribute("mode") ?? undefined,
        returnTo: this.getAttribute("return-to") ?? undefined,
      });
    }

    async renderError({ code }) {
      const root = this.#root;
      root.replaceChildren(await failureMessage(code, readersLanguage(this)));
    }
  }

  class Picker extends ComponentElement {
    static component = "picker";
    #place;

    renderLoading() {
      super.renderLoading();
      this.#place = document.createElement("div");
      const rows = this.#expectedRows();
      const height = rows < MANY.rows ? rows : MANY.height;
      if (height > 0) this.#place.style.height = `${height * (ROW.height + ROW.gap) - ROW.gap}px`;
      this.shadowRoot.append(this.#place);
    }

    render(auth) {
      const place = this.#place;
      const language = readersLanguage(this);
      const hide = super.render(auth);
      const unsubscribe = auth.subscribe(async ({ isLoading }) => {
        if (isLoading) return;
        // What takes the place is drawn once its texts are there.
        await loadTexts(language);
        place.remove();
      });
      return () => {
        unsubscribe();
        hide();
      };
    }

    renderError(error) {
      this.#place.remove();
      return super.renderError(error);
    }

    /** How many rows to keep place for until they're there. */
    #expectedRows() {
      const named = this.getAttribute("providers")?.split(/\s+/).filter(Boolean).length ?? 0;
      return Number(this.getAttribute("rows")) || named || countOfInlineProviders();
    }
  }

  class User extends ComponentElement {
    static component = "user";
  }

  /** Shows its content while somebody is signed in, and `slot="otherwise"` while nobody is. */
  class Authenticated extends VestibuleElement {
    renderLoading() {
      this.#showSlot("loading");
    }

    render(auth) {
      return auth.subscribe(({ isLoading, isAuthenticated }) => {
        this.#showSlot(isLoading ? "loading" : isAuthenticated ? "" : "otherwise");
      });
    }

    renderError() {
      this.#showSlot("otherwise");
    }

    #showSlot(name) {
      const slot = document.createElement("slot");
      if (name) slot.name = name;
      if (this.shadowRoot.firstChild?.name !== slot.name) this.shadowRoot.replaceChildren(slot);
    }
  }

  customElements.define("vestibule-picker", Picker);
  customElements.define("vestibule-user", User);
  customElements.define("vestibule-authenticated", Authenticated);
}
