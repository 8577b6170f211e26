/** A page of headless Chromium on the running app, and what went wrong on it. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";

// The packages of the interface serve both.
const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser;

/** Opens the app; `options` are those of a browser context, such as `colorScheme`. */
export async function openWindow(address, options = {}) {
  if (!browser?.isConnected())
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Stockholm",
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const troubles = watch(page);
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (violation) =>
      console.error(`policy: ${violation.effectiveDirective} ${violation.blockedURI} ${violation.sample}`),
    );
  });
  await page.goto(address);
  return { page, troubles, close: () => context.close() };
}

/** What nobody asked for: policy violations, exceptions, errors on the console. */
function watch(page) {
  const troubles = [];
  page.on("console", (message) => {
    // A refused command is answered with status 400; the interface shows it.
    const isRefusal = message.text().includes("400 (Bad Request)");
    if (message.type() === "error" && !isRefusal) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error.stack ?? error)));
  return troubles;
}

/** Fails with what axe finds wrong for people with disabilities on the page as it is. */
export async function isAccessible(page, where) {
  await page.evaluate(axe.source);
  await isStill(page);
  const found = await page.evaluate(
    async (runOnly) => (await window.axe.run(document, { runOnly })).violations,
    WCAG,
  );
  const words = found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  assert.deepEqual(words, [], `axe on ${where}`);
}

/**
 * A colour that is still on its way to another has the contrast of neither. What turns for ever is not waited for, nor
 * the bar of a hold, which is moved by script: when it is empty the send has left.
 */
async function isStill(page) {
  await page.evaluate(() => {
    const isOfStyle = (motion) => motion instanceof CSSAnimation || motion instanceof CSSTransition;
    const ends = (motion) => isOfStyle(motion) && Number.isFinite(motion.effect.getComputedTiming().endTime);
    return Promise.allSettled(document.getAnimations().filter(ends).map((motion) => motion.finished));
  });
}

export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}
