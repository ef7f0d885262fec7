// Measures how a page starts on a phone that has never seen it: when there is text, when the page can be used, and how
// long it takes from a click to the authorization request.

import { Tab } from "./browser.mjs";
import { inTurns } from "./turns.mjs";

/** How long after the page can be used the click comes, in milliseconds. */
export const CLICK_DELAY = 50;

/** Each run loads every page in a new browser profile. The times are `text`, `usable` and `click`. */
export function measureStart({ browser, servers, pages, runs, say }) {
  return inTurns({ pages, runs, say }, async ({ id }, isWarmUp) => {
    const context = await browser.newContext();
    try {
      // The first click comes at the very moment that is reported as usable, so this fails if it's reported too early.
      const tab = await Tab.open(context, { isPhone: true, clickDelay: isWarmUp ? 0 : CLICK_DELAY });
      await tab.goto(servers.url(id));
      const clicked = await tab.reported("click");
      const click = (await tab.reported("authorization")) - clicked;
      const usable = await tab.reported("usable");
      const text = await tab.reported("text");
      return { times: { text, usable, click }, requests: tab.requests.since(servers.origin, usable) };
    } finally {
      await context.close();
    }
  });
}
