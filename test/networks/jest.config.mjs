import base from "../../jest.config.mjs";

/** Sites and their networks. Most of the time is waiting for slow and broken lines, so files run side by side. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/networks/**/*.test.ts"],
  maxWorkers: 4,
  testTimeout: 200_000,
};
