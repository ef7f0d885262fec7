// Svelte and esbuild. esbuild does not follow `new URL(…, import.meta.url)`, so what vestibule.js loads
// from beside itself is copied there.
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
for (const file of ["engine.wasm", "vestibule.css"]) await cp(`node_modules/vestibule/${file}`, `dist/${file}`);
