// Chromium, and tabs that report what observe.js finds.

import { readFile } from "node:fs/promises";

import { chromium } from "playwright-core";

import { Requests } from "./requests.mjs";

const USER = "Ada Lovelace";
/** What pages have in common in the text of their button. */
const LABEL = "Company SSO";
/** How long a page may take for anything, in milliseconds. */
const PATIENCE = 30_000;

/** A phone on a slow mobile network, as browsers' own tools simulate it. */
export const PHONE = {
  cpuSlowdown: 4,
  /** In milliseconds. */
  latency: 150,
  /** In bits per second. */
  download: 1_600_000,
  upload: 750_000,
};

const observer = await readFile(new URL("observe.js", import.meta.url), "utf8");

export function startBrowser(executablePath) {
  return chromium.launch({
    executablePath,
    // Nobody answers there: the bench only looks at whether pages go to this host.
    args: ["--host-resolver-rules=MAP login.microsoftonline.com 127.0.0.1:9"],
  });
}

/** Signs in at the provider, so that it doesn't ask again in this context. */
export async function signInAtProvider(context, url) {
  const tab = await Tab.open(context);
  await tab.goto(url);
  await tab.page.getByRole("button", { name: USER }).click();
  await tab.reported("name");
  await tab.close();
}

export class Tab {
  #reports = new Map();
  #waiting = new Map();

  /** `clickDelay`: when to click after the page can be used, in milliseconds. */
  static async open(context, { clickDelay = 0, isPhone = false } = {}) {
    const tab = new Tab();
    tab.page = await context.newPage();
    const session = await context.newCDPSession(tab.page);
    tab.requests = await Requests.record(session);
    session.on("Runtime.bindingCalled", ({ payload }) => tab.#report(JSON.parse(payload)));
    context.on("request", tab.#onRequest);
    await session.send("Page.enable");
    await session.send("Runtime.enable");
    await session.send("Runtime.addBinding", { name: "benchReport" });
    const settings = JSON.stringify({ host: "127.0.0.1", name: USER, label: LABEL, clickDelay });
    await session.send("Page.addScriptToEvaluateOnNewDocument", { source: `${observer}\nobserve(${settings});` });
    if (isPhone) await simulatePhone(session);
    return tab;
  }

  /** Requests of popups, too. */
  #onRequest = (request) => {
    if (/\/authorize$/.test(new URL(request.url()).pathname)) {
      this.#report({ kind: "authorization", time: performance.timeOrigin + performance.now() });
    }
  };

  #report({ kind, ...details }) {
    if (this.#reports.has(kind)) return;
    this.#reports.set(kind, details);
    this.#waiting.get(kind)?.(details);
  }

  /** Waits for a report, and returns its time. */
  async reported(kind) {
    const details = this.#reports.get(kind) ?? (await this.#nextReport(kind));
    return details.time;
  }

  async #nextReport(kind) {
    const seen = () => [...this.#reports.keys()].join(", ") || "nothing";
    let timer;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(kind, resolve);
        const fail = () => reject(new Error(`${this.page.url()} never reported "${kind}"; it reported ${seen()}`));
        timer = setTimeout(fail, PATIENCE);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  goto(url) {
    return this.page.goto(url, { waitUntil: "commit" });
  }

  async close() {
    this.page.context().off("request", this.#onRequest);
    await this.page.close();
  }
}

async function simulatePhone(session) {
  const { cpuSlowdown, latency, download, upload } = PHONE;
  await session.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: download / 8,
    uploadThroughput: upload / 8,
  });
}
