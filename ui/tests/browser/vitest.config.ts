import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/*.test.ts"],
    testTimeout: 90_000,
    fileParallelism: false,
  },
});
