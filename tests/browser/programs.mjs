/** The programs that a browser test needs: the app without a window, and the services. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = process.env.COUNTERSIGN_PROGRAMS ?? join(root, "target/debug");

/** Five seconds of the app take one. */
const SCALE = "5";

/** For tests that have to do something before a hold is over. */
export const REAL_TIME = "1";

/**
 * Starts the app over the built interface.
 *
 * @returns {Promise<{address: string, desktop(): Promise<any>, stop(): Promise<void>}>}
 */
export async function startApp(scale = SCALE) {
  const data = await mkdtemp(join(tmpdir(), "browser."));
  const ui = join(root, "ui/dist");
  const program = start("countersign-headless", ["--data", data, "--ui", ui, "--time-scale", scale]);
  const { address } = await program.firstLine;
  const desktop = new URL(address);
  desktop.pathname = "/desktop";
  return {
    address,
    desktop: async () => (await fetch(desktop)).json(),
    async stop() {
      await program.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/**
 * Starts Kommo and Oneflow, for a first run by hand.
 *
 * @returns {Promise<{addresses: any, tokens: any, stop(): Promise<void>}>}
 */
export async function startServices(...flags) {
  const program = start("countersign-sandbox", ["--time-scale", SCALE, ...flags]);
  return { ...(await program.firstLine), stop: program.stop };
}

function start(name, flags) {
  const child = spawn(join(programs, name), flags, { stdio: ["pipe", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const ended = new Promise((done) => child.once("close", done));
  const firstLine = new Promise((found, failed) => {
    child.once("error", failed);
    child.once("close", (code) => failed(new Error(`${name} ended with ${code}\n${log}`)));
    createInterface({ input: child.stdout }).once("line", (line) => found(JSON.parse(line)));
  });
  // It ends by itself when its input does.
  return { firstLine, stop: async () => void (child.stdin.end(), await ended) };
}
