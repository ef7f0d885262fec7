// The pages that are compared, and how each is built. README.md explains their settings.

import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** The text of the button on every page. */
const BUTTON = "Sign in with Company SSO";
/**
 * `id`: the folder below the server's root. `package`: what it is made with; Vestibule's pages have none. `entry`: the
 * script to bundle. `signsIn`: whether it can sign in at the local provider; the start of the others is measured.
 */
const LIBRARY_PAGES = [
  { id: "oidc-client-ts", package: "oidc-client-ts", signsIn: true },
  { id: "axa-oidc-client", package: "@axa-fr/oidc-client", signsIn: true },
  { id: "okta-auth-js", package: "@okta/okta-auth-js", signsIn: true },
  { id: "msal-browser", package: "@azure/msal-browser", signsIn: false },
  { id: "okta-signin-widget", package: "@okta/okta-signin-widget", signsIn: false, body: '<div id="widget"></div>' },
].map((page) => ({ ...page, title: page.package, build: buildLibraryPage }));

/** `settings` are added to the configuration. */
const VESTIBULE_PAGES = [
  { id: "vestibule", title: "Vestibule, page", signsIn: true, build: buildVestibule },
  {
    id: "vestibule-popup",
    title: 'Vestibule, page with "mode": "popup"',
    signsIn: false,
    settings: { mode: "popup" },
    build: buildVestibule,
  },
  { id: "vestibule-elements", title: "Vestibule, custom elements", signsIn: true, build: buildElements },
];

/**
 * The pages to compare with the first one of them. `dist`: a build of Vestibule. `against`: another one, which is then
 * the only thing to compare it with.
 */
export function pagesFor({ dist, against }) {
  const pages = VESTIBULE_PAGES.map((page) => ({ ...page, dist }));
  if (!against) return [...LIBRARY_PAGES, ...pages];
  return [{ ...VESTIBULE_PAGES[0], id: "against", title: "the other build", dist: against }, pages[0]];
}

/** Bundles and minifies a page that is made with a library. */
export async function buildLibraryPage({ id, body = BUTTON_AND_NAME }, provider) {
  const files = await bundle(`pages/${id}/main.js`, provider);
  return [file("index.html", html({ files, body })), ...files];
}

/** Takes a build of Vestibule as `cargo xtask build` makes it, and adds the configuration. */
async function buildVestibule({ dist, settings = {} }, provider) {
  const names = (await readdir(dist)).filter((name) => !/\.(txt|ts)$/.test(name));
  const files = names.map(async (name) => file(name, await readFile(join(dist, name)), hasHash(name)));
  return [...(await Promise.all(files)), configuration(provider, settings)];
}

/** A page of an application, with a build of Vestibule in its folder `vestibule`. */
export async function buildElements({ id, dist }, provider) {
  const scripts = await bundle(`pages/${id}/main.js`, provider, ["./vestibule/vestibule.js"]);
  const body = '<vestibule-picker config="vestibule.json"></vestibule-picker><p id="name"></p>';
  const page = file("index.html", html({ files: scripts, modules: ["vestibule/vestibule.js"], body }));
  const engine = await buildVestibule({ dist }, provider);
  const inFolder = engine.map((part) => ({ ...part, path: `vestibule/${part.path}` }));
  return [page, ...scripts, configuration(provider, {}), ...inFolder];
}

const BUTTON_AND_NAME = `<button id="sign-in">${BUTTON}</button><p id="name"></p>`;

function html({ files, modules = [], body }) {
  const named = (ending) => files.map(({ path }) => path).filter((path) => path.endsWith(ending));
  const styles = named(".css").map((path) => `<link rel="stylesheet" href="${path}">`);
  const scripts = [...modules, ...named(".js")].map((path) => `<script type="module" src="${path}"></script>`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign in</title>
    <link rel="icon" href="data:,">
    ${[...styles, ...scripts].join("\n    ")}
  </head>
  <body>${body}</body>
</html>
`;
}

async function bundle(entry, { issuer, clientId }, external = []) {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    entryPoints: [entry],
    outdir: "out",
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "error",
    external,
    define: { ISSUER: JSON.stringify(issuer), CLIENT_ID: JSON.stringify(clientId), LABEL: JSON.stringify(BUTTON) },
    loader: { ".png": "file", ".gif": "file", ".svg": "file", ".woff": "file", ".woff2": "file", ".eot": "file", ".ttf": "file" },
  });
  // Every name has a hash of the contents.
  return outputFiles.map(({ path, contents }) => file(basename(path), contents, true));
}

function configuration({ entry }, settings) {
  return file("vestibule.json", JSON.stringify({ providers: [entry], ...settings }));
}

/** Files of a Vestibule build whose names change with their contents, as the project's own server tells them. */
function hasHash(name) {
  return name.split(/[-_.]/).some((part) => /^[0-9a-f]{12,}$/.test(part));
}

/** `isImmutable`: browsers may keep it for good. */
function file(path, content, isImmutable = false) {
  return { path, content: Buffer.from(content), isImmutable };
}
