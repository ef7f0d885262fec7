// Builds the example with Svelte and esbuild. esbuild doesn't follow `new URL(…, import.meta.url)`, so the
// files that vestibule.js loads from its own folder are copied.
import { build } from "esbuild";
import sveltePlugin from "esbuild-svelte";
import { cp, rm } from "node:fs/promises";

await rm("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/main.js"],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  conditions: ["svelte", "browser"],
  mainFields: ["svelte", "browser", "module", "main"],
  plugins: [sveltePlugin({ compilerOptions: { css: "external" } })],
  logLevel: "warning",
});
await cp("index.html", "dist/index.html");
for (const file of ["engine.wasm", "setup.wasm", "vestibule.css"]) await cp(`node_modules/vestibule/${file}`, `dist/${file}`);
