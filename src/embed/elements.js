// The custom elements. What they show is drawn by the engine; here is what an element of the page is:
// its shadow root, its attributes (`theme` is followed by the stylesheet alone), and the events that it passes on.

/** The events of a session, passed on as `vestibule:user-loaded` and so on. */
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
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function defineElements(createAuth) {
  /** What every element does: opens its configuration, and anew when an attribute changes. */
  class VestibuleElement extends HTMLElement {
    static observedAttributes = ["config", "providers", "mode", "return-to"];
    #end = [];
    #opening;

    /** The session of this element. */
    get auth() {
      return this.#opening;
    }

    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: "open" });
      this.#open();
    }

    disconnectedCallback() {
      this.#close();
    }

    attributeChangedCallback(_name, before, after) {
      if (this.isConnected && this.shadowRoot && before !== after) {
        this.#close();
        this.#open();
      }
    }

    async #open() {
      const opening = createAuth(this.getAttribute("config") ?? undefined);
      this.#opening = opening;
      const end = (this.#end = []);
      this.prepare();
      try {
        const auth = await opening;
        // Taken out of the page, or changed, meanwhile.
        if (this.#end !== end) return;
        for (const event of EVENTS) {
          const pass = (told) => {
            const { detail, cancelable } = told;
            const options = { detail, cancelable, bubbles: true, composed: true };
            if (!this.dispatchEvent(new CustomEvent(`vestibule:${kebab(event)}`, options))) told.preventDefault();
          };
          auth.addEventListener(event, pass);
          end.push(() => auth.removeEventListener(event, pass));
        }
        end.push(this.draw(auth));
      } catch (error) {
        if (this.#end === end) this.fail(error);
      }
    }

    #close() {
      for (const end of this.#end) end();
      this.#end = [];
    }

    /** Before it is known who is signed in. */
    prepare() {}
  }

  /** An element that shows a part of the user interface. */
  class Drawn extends VestibuleElement {
    #root;

    prepare() {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = new URL("./vestibule.css", import.meta.url).href;
      this.#root = document.createElement("div");
      this.#root.className = "vestibule-embedded";
      this.#root.part = "base";
      // The words are English, whatever the page around them is.
      this.#root.lang = "en";
      // Not before it looks as it should; and however the sheet fares, it is shown.
      this.#root.hidden = true;
      sheet.onload = sheet.onerror = () => (this.#root.hidden = false);
      this.shadowRoot.replaceChildren(sheet, this.#root);
    }

    draw(auth) {
      return auth.show(this.constructor.shows, this.#root, {
        providers: this.getAttribute("providers") ?? "",
        mode: this.getAttribute("mode") ?? undefined,
        returnTo: this.getAttribute("return-to") ?? undefined,
      });
    }

    fail({ message }) {
      const text = document.createElement("p");
      text.className = "vestibule-alert";
      text.part = "alert";
      text.role = "alert";
      text.textContent = message;
      this.#root.replaceChildren(text);
    }
  }

  class Picker extends Drawn {
    static shows = "picker";
  }

  class User extends Drawn {
    static shows = "user";
  }

  /** Shows its content while somebody is signed in, and `slot="otherwise"` while nobody is. */
  class Authenticated extends VestibuleElement {
    prepare() {
      this.#show("loading");
    }

    draw(auth) {
      const look = () => {
        const { isLoading, isAuthenticated } = auth.getSnapshot();
        this.#show(isLoading ? "loading" : isAuthenticated ? "" : "otherwise");
      };
      look();
      return auth.subscribe(look);
    }

    fail() {
      this.#show("otherwise");
    }

    #show(name) {
      const slot = document.createElement("slot");
      if (name) slot.name = name;
      if (this.shadowRoot.firstChild?.name !== slot.name) this.shadowRoot.replaceChildren(slot);
    }
  }

  customElements.define("vestibule-picker", Picker);
  customElements.define("vestibule-user", User);
  customElements.define("vestibule-authenticated", Authenticated);
}
