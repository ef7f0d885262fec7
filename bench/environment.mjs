// What a measurement was made with.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";

const root = new URL("..", import.meta.url);
/** Where Linux distributions say what they are. */
const OS_RELEASE = "/etc/os-release";

export function machine() {
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: distribution() ?? `${type()} ${release()}`,
  };
}

function distribution() {
  if (!existsSync(OS_RELEASE)) return undefined;
  return readFileSync(OS_RELEASE, "utf8").match(/^PRETTY_NAME="(.*)"$/m)?.[1];
}

/** The locked version of a package of this folder. */
export function packageVersion(name) {
  const { packages } = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8"));
  return packages[`node_modules/${name}`].version;
}

/** Vestibule's version, and the commit that is checked out. */
export function vestibuleVersion() {
  const [, version] = readFileSync(new URL("Cargo.toml", root), "utf8").match(/^version = "(.*)"$/m);
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  return `${version} (${commit})`;
}
