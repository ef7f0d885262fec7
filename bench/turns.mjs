// Takes turns: every run visits all pages, each run beginning with another one.

/**
 * Calls `visit(page, isWarmUp)` for every page and run. The first run warms up, and its results don't count. A visit
 * that fails is repeated once, because a busy machine may be slow for once.
 *
 * `visit` returns an object of times in milliseconds by name, and the `requests`. Returns lists of both, by page.
 */
export async function inTurns({ pages, runs, say }, visit) {
  const results = Object.fromEntries(pages.map(({ id }) => [id, []]));
  for (let run = 0; run <= runs; run += 1) {
    const isWarmUp = run === 0;
    say(isWarmUp ? "warm-up" : `run ${run} of ${runs}`);
    for (const index of pages.keys()) {
      const page = pages[(index + run) % pages.length];
      let result;
      try {
        result = await visit(page, isWarmUp);
      } catch (error) {
        say(`  ${page.title} failed, and is tried again: ${error.message}`);
        result = await visit(page, isWarmUp);
      }
      const times = Object.values(result.times).map((time) => `${Math.round(time)} ms`);
      say(`  ${page.title}: ${times.join(" / ")}`);
      if (!isWarmUp) results[page.id].push(result);
    }
  }
  return results;
}
