/** Chromium, and what both looks do with it: open a page, take a picture that axe has examined, and keep count. */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const OUT = join(import.meta.dirname, "out");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
// What a browser itself prints of refused or lost requests; the pages say it in their own words.
const NETWORK = /Failed to load resource|WebSocket connection|ERR_INTERNET_DISCONNECTED/;
const tally = { failures: 0, violations: 0 };

async function browse() {
  mkdirSync(OUT, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

export function expect(what, holds) {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
  if (!holds) tally.failures++;
}

/** A page on a computer of its own; whatever it prints as an error or throws is a failure. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const complain = (text) => expect(`no error on the page: ${text}`, false);
  page.on("console", (m) => m.type() === "error" && !NETWORK.test(m.text()) && complain(m.text()));
  page.on("pageerror", (e) => complain(e.message));
  return page;
}

/** A picture in `out/<name>.png`. Fails on what axe finds, and on anything wider than the window. */
export async function shot(page, name) {
  await page.waitForTimeout(250); // animations end
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), STANDARD);
  for (const v of found.violations) {
    tally.violations += v.nodes.length;
    for (const n of v.nodes.slice(0, 4)) console.log(`axe  ${name}: ${v.id} ${n.target.join(" ")} ${n.any[0]?.message ?? ""}`);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > page.viewportSize().width) expect(`${name}: nothing is wider than the window (${width} px)`, false);
}

export async function signIn(page, desk) {
  await page.goto(`${desk.address}/console/`);
  await page.getByTestId("login-username").fill("mara@larkmoor.example");
  await page.getByTestId("login-password").fill("correct horse");
  await page.getByTestId("login-submit").click();
  await page.getByTestId("inbox-mine").waitFor({ state: "attached" });
  await page.locator('[data-testid="connection-state"][data-state="open"]').waitFor({ state: "attached" });
}

/** Runs a look, and says how it went in figures and in the exit code. What it started it hands to `later`, to be stopped in any case. */
export async function look(run) {
  const browser = await browse();
  const stops = [() => browser.close()];
  try {
    await run(browser, (stop) => stops.push(stop));
  } catch (error) {
    console.log(String(error));
    tally.failures++;
  } finally {
    for (const stop of stops) await stop();
  }
  const { failures, violations } = tally;
  console.log(`figure web_look_failures ${failures} 0 ${failures ? "short" : "ok"}`);
  console.log(`figure web_wcag_aa_violations ${violations} 0 ${violations ? "short" : "ok"}`);
  process.exitCode = failures || violations ? 1 : 0;
}
