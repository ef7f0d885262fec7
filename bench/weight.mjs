// Measures what a first visit downloads until the page can be used, in bytes as they are sent (brotli, quality 11).

import { extname } from "node:path";

import { Tab } from "./browser.mjs";

const PARTS = ["html", "js", "wasm", "css", "other"];

/** Returns the bytes by page and part. */
export async function measureWeight({ browser, servers, pages, say }) {
  const weights = {};
  for (const { id, title } of pages) {
    const context = await browser.newContext();
    const tab = await Tab.open(context, { clickDelay: null });
    servers.downloads = [];
    await tab.goto(servers.url(id));
    await tab.reported("usable");
    await tab.page.waitForLoadState("networkidle");
    await context.close();
    const weight = Object.fromEntries(PARTS.map((part) => [part, 0]));
    for (const { path, bytes } of servers.downloads) weight[partOf(path)] += bytes;
    weights[id] = weight;
    say(`${title}: ${PARTS.map((part) => `${part} ${weight[part]}`).join(", ")}`);
  }
  return weights;
}

function partOf(path) {
  if (path.endsWith("/")) return "html";
  const ending = extname(path).slice(1);
  return PARTS.includes(ending) ? ending : "other";
}
