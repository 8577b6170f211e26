/** The built interface in headless Chromium, over a fake engine, under the content security policy of the app. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, relative } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import type { Commands } from "../../src/bindings";
import type { FakeEngine } from "./fakeEngine";

const dist = new URL("../../dist", import.meta.url).pathname;

/** Read once, so that a build beside the tests does not change what they see. */
const built = new Map(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(dist, path), readFileSync(path)]),
);

/** As in tauri.conf.json, but for the line to the engine, which is HTTP here. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

function serve(engine: FakeEngine): Server {
  return createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://fake").pathname;
    // A page that closes in the middle of its question wants no answer.
    if (path === "/rpc") answer(engine, request, response).catch(() => response.destroy());
    else if (path === "/events") follow(engine, request, response);
    else file(path, response);
  });
}

function file(path: string, response: ServerResponse): void {
  const name = path === "/" ? "index.html" : path.slice(1);
  const body = built.get(name);
  if (!body) return void response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": types[extname(name)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
  });
  response.end(body);
}

async function answer(engine: FakeEngine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const part of request) body += String(part);
  const { cmd, payload } = JSON.parse(body) as { cmd: keyof Commands; payload: unknown };
  try {
    const found = await engine.call(cmd, payload);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(found));
  } catch (error) {
    response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(error));
  }
}

function follow(engine: FakeEngine, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(":\n\n");
  const stop = engine.listen((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
  request.on("close", stop);
}

let browser: Browser | undefined;
const opened: TestWindow[] = [];

export interface TestWindow {
  page: Page;
  /** What axe finds wrong, in words short enough to read in a failed test. */
  axe(): Promise<string[]>;
  /** Violations of the policy and errors on the console since the window opened. */
  troubles: string[];
  close(): Promise<void>;
}

export async function openWindow(
  engine: FakeEngine,
  options: BrowserContextOptions & { route?: string } = {},
): Promise<TestWindow> {
  if (!browser?.isConnected())
    browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
  const server = serve(engine);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Stockholm",
    // Contrast is measured on what stands, not in the middle of a transition.
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("400 (Bad Request)"))
      troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  const opening: TestWindow = {
    page,
    troubles,
    async axe() {
      await page.evaluate(axe.source);
      const found = await page.evaluate(
        async () =>
          (
            await (window as unknown as { axe: typeof axe }).axe.run(document, {
              runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            })
          ).violations,
      );
      return found.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
      );
    },
    async close() {
      await context.close();
      server.closeAllConnections();
      server.close();
    },
  };
  opened.push(opening);
  // What the engine tells from then on is heard.
  const followed = page.waitForResponse(/\/events/);
  await Promise.all([followed, page.goto(`http://127.0.0.1:${port}/?key=test${options.route ?? ""}`)]);
  return opening;
}

/** Closes whatever a test has opened, however far it came. */
export async function closeWindows(): Promise<void> {
  for (const window of opened.splice(0)) await window.close();
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}
