import base from "../../jest.config.mjs";

/** One file, because it is one campaign: its tests look at what came out of it. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/faults/**/*.test.ts"],
  globalSetup: "<rootDir>/test/faults/cloud-up.mjs",
  globalTeardown: "<rootDir>/test/faults/cloud-down.mjs",
  maxWorkers: 1,
};
