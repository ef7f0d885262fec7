// The custom elements: their shadow roots, attributes and DOM events. WebAssembly draws what is in them, and
// the stylesheet alone handles the attribute `theme`.

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
      loadTexts(choose(wanted(languageAround(this))));
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
        if (this.#cleanups === cleanups) this.renderError(error);
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

    renderError({ message }) {
      const alert = document.createElement("p");
      alert.className = "vestibule-alert";
      alert.part = "alert";
      // As an attribute: Firefox reflects the property only since version 119.
      alert.setAttribute("role", "alert");
      alert.textContent = message;
      this.#root.replaceChildren(alert);
    }
  }

  class Picker extends ComponentElement {
    static component = "picker";
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
