// Writes what is made from the results: docs/benchmarks.md, its drawings, and the ratios in README.md. As a command,
// it does so again after a change of the report, without measuring: `npm run report`.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { document, drawings, withRatios } from "./report.mjs";

const RESULTS = "bench/results/latest.json";
const DRAWINGS = "docs/benchmarks/";

const root = new URL("..", import.meta.url);
const read = (path) => readFile(new URL(path, root), "utf8");
const write = (path, text) => writeFile(new URL(path, root), text);

export const readResults = async () => JSON.parse(await read(RESULTS));

export async function writeResults(results) {
  await mkdir(new URL("results/", import.meta.url), { recursive: true });
  await write(RESULTS, toJson(results));
}

/** The files that are made from the results, with their contents. */
export async function published(results) {
  const pictures = Object.entries(drawings(results)).map(([name, drawing]) => [DRAWINGS + name, drawing]);
  return Object.fromEntries([
    ["docs/benchmarks.md", document(await read("bench/report.md"), results)],
    ["README.md", withRatios(await read("README.md"), results)],
    ...pictures,
  ]);
}

export async function publish(results) {
  await mkdir(new URL(DRAWINGS, root), { recursive: true });
  for (const [path, text] of Object.entries(await published(results))) await write(path, text);
}

/** JSON with a line for each list of numbers and each request. */
function toJson(results) {
  const indented = JSON.stringify(results, null, 1);
  return `${indented.replace(/[[{][^[\]{}]*[\]}]/g, (flat) => flat.replace(/\s*\n\s*/g, " "))}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await publish(await readResults());
