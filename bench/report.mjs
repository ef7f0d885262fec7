// Turns results into tables, drawings, docs/benchmarks.md and the sentence in README.md.

import { barChart, stackedChart } from "./charts.mjs";
import { compare, summarize } from "./statistics.mjs";
import { waterfalls } from "./waterfall.mjs";

/** The names of the times at the start, with titles. */
const START = [
  { name: "text", title: "first text" },
  { name: "usable", title: "usable" },
  { name: "click", title: "click" },
];
/** The names of the times back from the provider, which are the delays. */
const callbackColumns = ({ settings }) =>
  settings.delays.map((delay) => ({ name: delay, title: delay === 0 ? "on loopback" : `with ${delay} ms more per request` }));

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const twoDigits = (ratio) => ratio.toFixed(2);
const kb = (bytes) => (bytes / 1000).toFixed(1);

/** What the others are compared with. */
const baselineOf = ({ pages }) => pages[0].id;

/** Median, interval and ratio of the times of every page that was measured. */
function figures(results, section, name) {
  const times = results[section][name];
  return results.pages
    .filter(({ id }) => times[id])
    .map((page) => ({ page, ...summarize(times[page.id]), comparison: compare(times[page.id], times[baselineOf(results)]) }));
}

/** Fewer runs say nothing about the median of all runs. */
const RUNS_FOR_INTERVAL = 6;

function timesTable(results, section, columns) {
  const withInterval = (text, interval) => (results.runs < RUNS_FOR_INTERVAL ? text : `${text} (${interval.join("–")})`);
  const measured = columns.map(({ name }) => figures(results, section, name));
  const head = columns.flatMap(({ title }) => [title, "ratio"]);
  const rows = measured[0].map(({ page }, index) => [
    page.title,
    ...measured.flatMap((column) => {
      const { median, interval, comparison } = column[index];
      const time = withInterval(`${number.format(median)} ms`, interval.map(number.format));
      if (page.id === baselineOf(results)) return [time, "1"];
      return [time, withInterval(twoDigits(comparison.ratio), comparison.interval.map(twoDigits))];
    }),
  ]);
  return table(["page", ...head], rows);
}

const sum = (weight) => Object.values(weight).reduce((total, bytes) => total + bytes, 0);

function weightTable(results) {
  const { pages, weight } = results;
  const baseline = weight[baselineOf(results)];
  const rows = pages.map(({ id, title }) => [
    title,
    ...Object.values(weight[id]).map(kb),
    kb(sum(weight[id])),
    (sum(weight[id]) / sum(baseline)).toFixed(1),
  ]);
  return table(["page", ...Object.keys(baseline), "sum", "ratio"], rows);
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(["---", ...head.slice(1).map(() => "---:")]), ...rows.map(line)].join("\n");
}

/** The tables for the terminal, with columns as wide as their contents. */
export function printed(results) {
  const tables = [];
  if (results.callback) tables.push(["Back from the provider", timesTable(results, "callback", callbackColumns(results))]);
  if (results.start) tables.push(["Start on a phone", timesTable(results, "start", START)]);
  if (results.weight) tables.push(["Weight in KB", weightTable(results)]);
  return tables.map(([title, text]) => `\n${title}\n${aligned(text)}\n`).join("");
}

function aligned(text) {
  const rows = text.split("\n").map((line) => line.slice(2, -2).split(" | "));
  rows.splice(1, 1);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()}`).join("\n");
}

/** The drawings of docs/benchmarks, by file name. */
export function drawings(results) {
  const groups = (section, columns) =>
    columns.map(({ name, title }) => ({
      title,
      rows: figures(results, section, name).map(({ page, median, interval }) => ({
        label: page.title,
        isOurs: !page.version,
        value: median,
        interval,
      })),
    }));
  const panels = (section) =>
    results.pages.filter(({ id }) => results.waterfalls[section][id]).map(({ id, title }) => ({ title, ...results.waterfalls[section][id] }));
  return {
    "callback.svg": barChart({ title: "Back from the provider", unit: "ms", groups: groups("callback", callbackColumns(results)) }),
    "start.svg": barChart({ title: "Start on a phone", unit: "ms", groups: groups("start", START) }),
    "weight.svg": stackedChart({
      title: "Weight",
      parts: Object.keys(results.weight[baselineOf(results)]),
      rows: results.pages.map(({ id, title }) => ({ label: title, values: results.weight[id] })),
      format: (bytes) => `${kb(bytes)} KB`,
    }),
    "callback-requests.svg": waterfalls({
      title: "Requests on the way back from the provider",
      panels: panels("callback"),
      what: "name on screen",
    }),
    "start-requests.svg": waterfalls({ title: "Requests at the start", panels: panels("start"), what: "usable" }),
  };
}

/** docs/benchmarks.md. */
export function document(template, results) {
  const { settings } = results;
  const values = {
    date: results.date,
    runs: results.runs,
    delay: settings.delays.at(-1),
    cpuSlowdown: settings.phone.cpuSlowdown,
    download: settings.phone.download / 1_000_000,
    latency: settings.phone.latency,
    clickDelay: settings.clickDelay,
    callback: timesTable(results, "callback", callbackColumns(results)),
    start: timesTable(results, "start", START),
    weight: weightTable(results),
    environment: environment(results),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

function environment({ pages, machine, versions }) {
  const libraries = pages.filter(({ version }) => version).map(({ title, version }) => `${title} ${version}`);
  return table(["", ""], [
    ["machine", `${machine.cpu}, ${machine.cores} cores, ${machine.memory} GB`],
    ["system", machine.system],
    ["browser", `Chromium ${versions.chromium}, headless`],
    ["server", `Node ${versions.node}`],
    ["Vestibule", versions.vestibule],
    ["libraries", libraries.join(", ")],
  ]).replaceAll("---:", "---");
}

const MARKS = ["<!-- cargo xtask bench -->", "<!-- /cargo xtask bench -->"];

/** Puts the ratios into README.md. */
export function withRatios(readme, results) {
  const [before, rest] = readme.split(MARKS[0]);
  const after = rest?.split(MARKS[1])[1];
  if (after === undefined) throw new Error(`README.md lacks ${MARKS.join(" … ")}`);
  return [before, MARKS[0], "\n", sentence(results), "\n", MARKS[1], after].join("");
}

function sentence(results) {
  const ratio = (section, name) =>
    figures(results, section, name).find(({ page }) => page.id === "vestibule").comparison.ratio.toFixed(1);
  const back = ratio("callback", results.settings.delays.at(-1));
  const usable = ratio("start", "usable");
  return `Compared with a bare button made with oidc-client-ts, it takes ${back} times as long until users who come back from the provider see their name, and ${usable} times as long until they can use the picker on a phone. [Benchmarks](docs/benchmarks.md) compares more libraries and explains how.`;
}
