import { defineConfig } from "vite";

export default defineConfig({
  // Relative URLs, so that the build works in any folder.
  base: "./",
  build: { target: "es2022" },
  esbuild: { jsx: "automatic" },
  // Pre-bundling would separate the package's files.
  optimizeDeps: { exclude: ["vestibule"] },
});
