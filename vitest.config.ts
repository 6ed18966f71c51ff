import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,services,examples}/*/src/**/*.test.ts", "test/src/**/*.test.ts"],
    reporters: ["default", "./scripts/summary-reporter.mjs"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
