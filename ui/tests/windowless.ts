import type { Environment } from "vitest/runtime";

/** Node without a page, but with runes compiled as they run in a window, not as a server would render them. */
export default {
  name: "windowless",
  viteEnvironment: "client",
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;
