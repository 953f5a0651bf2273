import base from "../../jest.config.mjs";

/** One test at a time on one local cloud, so that what it logs can be told apart. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
  globalSetup: "<rootDir>/test/e2e/cloud-up.mjs",
  globalTeardown: "<rootDir>/test/e2e/cloud-down.mjs",
  maxWorkers: 1,
  testTimeout: 120_000,
};
