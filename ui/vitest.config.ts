import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ["browser"] },
  test: { environment: "./tests/windowless.ts", include: ["src/**/*.test.ts", "tests/*.test.ts"] },
});
