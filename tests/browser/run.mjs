/**
 * The whole interface in headless Chromium, over the real engine and the sandbox: `node tests/browser/run.mjs [words]`
 * runs all tests, or those whose names contain the words. `cargo xtask test` builds everything and runs it.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { tests as keyboard } from "./keyboard.mjs";
import { tests as mainJob } from "./main-job.mjs";
import { startApp, startServices } from "./programs.mjs";
import { tests as views } from "./views.mjs";
import { closeBrowser, openWindow } from "./window.mjs";

const failures = new URL("../../target/debug/failed/", import.meta.url);

/** A test gets a page on an app of its own, and can start services for it. */
async function runOne(name, test) {
  const { run, options, scale } = typeof test === "function" ? { run: test } : test;
  const running = [];
  let window;
  try {
    const app = await startApp(scale);
    running.push(app);
    const services = async (...flags) => {
      const started = await startServices(...flags);
      running.push(started);
      return started;
    };
    window = await openWindow(app.address, options);
    await run({ page: window.page, app, services });
    assert.deepEqual(window.troubles, [], "policy violations and errors on the page");
  } catch (error) {
    await keepPicture(name, window).catch((lost) => console.log(`  not seen: ${lost}`));
    throw error;
  } finally {
    await window?.close();
    for (const program of running.reverse()) await program.stop();
  }
}

async function keepPicture(name, window) {
  if (!window) return;
  await mkdir(failures, { recursive: true });
  const file = new URL(`${name.replaceAll(/[^a-z]+/gi, "-")}.png`, failures);
  await writeFile(file, await window.page.screenshot());
  console.log(`  seen: ${file.pathname}`);
}

/** A busy machine can be late: what fails is run once more on a fresh app, and named as flaky if it passes then. */
async function passes(name, test) {
  const errors = [];
  const run = () => runOne(name, test).then(() => true, (error) => void errors.push(error.stack ?? error));
  const isPassed = (await run()) ?? (await run()) ?? false;
  const word = isPassed ? (errors.length > 0 ? "flaky " : "ok    ") : "FAILED";
  console.log([`${word}  ${name}`, ...errors].join("\n"));
  return isPassed;
}

const words = process.argv.slice(2).join(" ");
const all = Object.entries({ ...mainJob, ...keyboard, ...views });
let failed = 0;
const chosen = all.filter(([name]) => name.includes(words));
for (const [name, test] of chosen) if (!(await passes(name, test))) failed += 1;
await closeBrowser();
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
