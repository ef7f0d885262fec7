// Measures how long users wait when they come back from the provider: from the start of that navigation until their
// name is on screen.

import { signInAtProvider, Tab } from "./browser.mjs";
import { inTurns } from "./turns.mjs";

/** Additional time per request, in milliseconds. */
export const DELAYS = [0, 50];

/**
 * Each run signs in on every page, in a new tab of the same browser profile, where the provider has a session. The
 * names of the times are the delays; the requests are those with the last delay.
 */
export async function measureCallback({ browser, servers, pages, runs, say }) {
  const context = await browser.newContext();
  await signInAtProvider(context, servers.url(pages[0].id));
  const results = await inTurns({ pages, runs, say }, async ({ id }) => {
    const times = {};
    let requests;
    for (const delay of DELAYS) ({ time: times[delay], requests } = await signIn(context, servers, id, delay));
    return { times, requests };
  });
  await context.close();
  return results;
}

async function signIn(context, servers, id, delay) {
  const tab = await Tab.open(context);
  try {
    servers.delay = delay;
    await tab.goto(servers.url(id));
    const time = await tab.reported("name");
    return { time, requests: tab.requests.since(servers.origin, time) };
  } finally {
    servers.delay = 0;
    // Session storage, and with it the session, ends with the tab.
    await tab.close();
  }
}
