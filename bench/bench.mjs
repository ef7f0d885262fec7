// The command: measures, prints the figures, and writes the results. `cargo xtask bench` starts it.

import { parseArgs } from "node:util";

import { PHONE, startBrowser } from "./browser.mjs";
import { DELAYS, measureCallback } from "./callback.mjs";
import { machine, packageVersion, vestibuleVersion } from "./environment.mjs";
import { pagesFor } from "./pages.mjs";
import { publish, writeResults } from "./publish.mjs";
import { printed } from "./report.mjs";
import { Servers } from "./server.mjs";
import { CLICK_DELAY, measureStart } from "./start.mjs";
import { medianIndex } from "./statistics.mjs";
import { measureWeight } from "./weight.mjs";

/** What `--only` can name, and the measurement that it needs. */
const SECTIONS = { callback: "callback", start: "start", click: "start", weight: "weight" };
/** Fewer runs are for trying things out. */
const RUNS_TO_PUBLISH = 15;

const say = (line) => console.log(`    ${line}`);
const step = (line) => console.log(`\n==> ${line}`);

function readArguments() {
  const { values } = parseArgs({
    options: {
      chromium: { type: "string" },
      dist: { type: "string" },
      against: { type: "string" },
      runs: { type: "string" },
      only: { type: "string" },
    },
  });
  if (values.only && !SECTIONS[values.only]) {
    throw new Error(`--only takes one of ${Object.keys(SECTIONS).join(", ")}, but not "${values.only}"`);
  }
  const runs = Number(values.runs ?? RUNS_TO_PUBLISH);
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs takes a number from 1 on");
  return { ...values, runs };
}

async function measure({ chromium, dist, against, runs, only }) {
  step("Building the pages, and compressing their files");
  const pages = pagesFor({ dist, against });
  const servers = await Servers.start(pages.map(({ id }) => id));
  for (const page of pages) await servers.add(page.id, await page.build(page, servers.provider));
  const browser = await startBrowser(chromium);
  const setting = { browser, servers, pages, runs, say };
  const results = {
    date: new Date().toISOString().slice(0, 10),
    runs,
    settings: { delays: DELAYS, phone: PHONE, clickDelay: CLICK_DELAY },
    machine: machine(),
    versions: { vestibule: vestibuleVersion(), chromium: browser.version(), node: process.versions.node },
    pages: pages.map(({ id, title, package: name }) => ({ id, title, ...(name && { version: packageVersion(name) }) })),
    waterfalls: {},
  };
  const isWanted = (section) => !only || SECTIONS[only] === section;
  try {
    if (isWanted("weight")) {
      step("Weight, in bytes");
      results.weight = await measureWeight(setting);
    }
    if (isWanted("callback")) {
      step(`Back from the provider: on loopback / with ${DELAYS[1]} ms more per request`);
      const measured = await measureCallback({ ...setting, pages: pages.filter(({ signsIn }) => signsIn) });
      results.callback = timesOf(measured);
      results.waterfalls.callback = typicalRequests(measured, DELAYS.at(-1));
    }
    if (isWanted("start")) {
      step("Start on a phone: first text / usable / from a click to the authorization request");
      const measured = await measureStart(setting);
      results.start = timesOf(measured);
      results.waterfalls.start = typicalRequests(measured, "usable");
    }
  } finally {
    await browser.close();
    servers.close();
  }
  return results;
}

/** From a list of runs by page to lists of times by name and page, to a tenth of a millisecond. */
function timesOf(measured) {
  const times = {};
  for (const [id, runs] of Object.entries(measured)) {
    for (const name of Object.keys(runs[0].times)) {
      (times[name] ??= {})[id] = runs.map((run) => Math.round(run.times[name] * 10) / 10);
    }
  }
  return times;
}

/** The requests of the run with the median time, by page. */
function typicalRequests(measured, name) {
  const typical = ([id, runs]) => {
    const { times, requests } = runs[medianIndex(runs.map((run) => run.times[name]))];
    return [id, { time: Math.round(times[name] * 10) / 10, requests }];
  };
  return Object.fromEntries(Object.entries(measured).map(typical));
}

async function main() {
  const options = readArguments();
  const results = await measure(options);
  console.log(printed(results));
  if (options.only || options.against || options.runs < RUNS_TO_PUBLISH) {
    console.log(`These figures aren't written anywhere: that takes all measurements and ${RUNS_TO_PUBLISH} runs.`);
    return;
  }
  await writeResults(results);
  await publish(results);
  console.log("Written: bench/results/latest.json, docs/benchmarks.md, docs/benchmarks/, and the ratios in README.md.");
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
