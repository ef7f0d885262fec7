// Reports what is written to the console, and uncaught errors, to the test: not every driver has a log.
// Drivers run a test's scripts beside the page, where `import()` would load modules a second time.
window.importModule = (url) => import(url);
const send = (level, message) =>
  navigator.sendBeacon("/console-messages", JSON.stringify({ level, source: "page", message }));
const shown = (value) => {
  try {
    return value instanceof Error || typeof value !== "object" ? `${value}` : JSON.stringify(value);
  } catch {
    return `${value}`;
  }
};
for (const [name, level] of Object.entries({ error: "SEVERE", warn: "WARNING", info: "INFO", log: "INFO", debug: "DEBUG" })) {
  const write = console[name];
  console[name] = (...values) => {
    send(level, values.map(shown).join(" "));
    write.apply(console, values);
  };
}
addEventListener("error", ({ message, filename, lineno }) => {
  if (message) send("SEVERE", `${message} (${filename}:${lineno})`);
});
addEventListener("unhandledrejection", ({ reason }) => send("SEVERE", `Uncaught (in promise) ${shown(reason)}`));
