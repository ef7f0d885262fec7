// Takes a picture of every state of the page, and compares them with those of another build.
//
//   node take.mjs --chromium FILE --page URL --pictures FOLDER (--shown FOLDER | --against FOLDER)

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import pixelmatch from "pixelmatch";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";

/** How many pixels of a picture may differ, of 1. */
const TOLERANCE = 0.002;
/** How much a pixel's color may differ, of 1. */
const COLOR_TOLERANCE = 0.1;
/** When the pictures are taken, so that they show the same times. */
const NOW = new Date("2026-03-02T09:30:00Z");
/** The pictures in the guides. */
const SHOWN = [
  { name: "picker", state: "last-used", width: 900, height: 760, theme: "light", language: "en" },
  { name: "signed-in-dark", state: "signed-in", width: 900, height: 760, theme: "dark", language: "en" },
  { name: "email-first", state: "email", width: 900, height: 620, theme: "light", language: "en" },
  { name: "phone-arabic", state: "four", width: 380, height: 760, theme: "light", language: "ar" },
];

const VARIANTS = [
  { name: "light", width: 800, height: 760, theme: "light", language: "en" },
  { name: "dark", width: 800, height: 760, theme: "dark", language: "en" },
  { name: "phone", width: 360, height: 740, theme: "light", language: "de" },
  { name: "rtl", width: 360, height: 740, theme: "dark", language: "ar" },
];

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string" },
    page: { type: "string" },
    pictures: { type: "string" },
    shown: { type: "string" },
    against: { type: "string" },
  },
});

const openContext = ({ width, height, theme, language }) =>
  browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "UTC",
    locale: language,
  });

const takePicture = async (context, state, { theme, language }) => {
  const page = await context.newPage();
  try {
    await page.clock.setFixedTime(NOW);
    const address = new URL(options.page);
    address.search = new URLSearchParams({ preview: state, ui_locales: language, theme });
    await page.goto(address.href);
    await page.locator("#vestibule .vestibule-card:visible").first().waitFor();
    await page.waitForLoadState("networkidle");
    return await page.screenshot({ animations: "disabled" });
  } finally {
    await page.close();
  }
};

/** The share of pixels that differ. */
const difference = (taken, known) => {
  const [a, b] = [PNG.sync.read(taken), PNG.sync.read(known)];
  if (a.width !== b.width || a.height !== b.height) return { share: 1 };
  const image = new PNG({ width: a.width, height: a.height });
  const count = pixelmatch(a.data, b.data, image.data, a.width, a.height, { threshold: COLOR_TOLERANCE });
  return { share: count / (a.width * a.height), image: PNG.sync.write(image) };
};

const browser = await chromium.launch({ executablePath: options.chromium });
try {
  const overview = await browser.newPage();
  await overview.goto(`${options.page}?preview`);
  await overview.locator("figcaption a").first().waitFor();
  const links = await overview.locator("figcaption a").evaluateAll((all) => all.map((link) => link.href));
  const states = links.map((link) => new URL(link).searchParams.get("preview"));
  await overview.close();

  await rm(options.pictures, { recursive: true, force: true });
  await mkdir(options.pictures, { recursive: true });
  const differing = [];
  for (const variant of VARIANTS) {
    const context = await openContext(variant);
    for (const state of states) {
      const name = `${state}-${variant.name}.png`;
      const taken = await takePicture(context, state, variant);
      await writeFile(join(options.pictures, name), taken);
      if (!options.against) continue;
      const known = await readFile(join(options.against, name)).catch(() => undefined);
      const { share, image } = known ? difference(taken, known) : { share: 1 };
      if (share <= TOLERANCE) continue;
      differing.push(`${name}: ${known ? `${(share * 100).toFixed(2)} % of it differs` : "there is no such picture"}`);
      if (image) await writeFile(join(options.pictures, `difference-${name}`), image);
    }
    await context.close();
    console.log(`  ${variant.name}: ${states.length} pictures`);
  }

  if (differing.length > 0) {
    console.error(`\nThe page looks different:\n  ${differing.join("\n  ")}`);
    console.error(`\nLook at the pictures in ${options.pictures}.`);
    process.exitCode = 1;
  }
  if (options.shown) {
    await mkdir(options.shown, { recursive: true });
    for (const { name, state, ...variant } of SHOWN) {
      const context = await openContext(variant);
      await writeFile(join(options.shown, `${name}.png`), await takePicture(context, state, variant));
      await context.close();
    }
  }
} finally {
  await browser.close();
}
