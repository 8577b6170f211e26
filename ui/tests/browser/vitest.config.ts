import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

/** Names each test that passed only when it was tried again, with what went wrong at first. */
const flaky: Reporter = {
  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return;
    const [first] = test.result().errors ?? [];
    const place = first?.stacks?.map(({ file, line }) => `${file}:${line}`)[0] ?? test.module.moduleId;
    console.log(` flaky   ${test.fullName}\n         ${first?.message}\n         at ${place}`);
  },
};

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/*.test.ts"],
    reporters: ["default", flaky],
    // A busy machine can stop the browser for seconds: time to wait for it, and one more try.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: 1,
    fileParallelism: false,
  },
});
