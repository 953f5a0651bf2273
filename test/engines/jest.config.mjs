import base from "../e2e/jest.config.mjs";

/** Workflow engines on one local cloud. Most of the time is theirs: they start Python or Java, and look now and then. */
export default {
  ...base,
  testMatch: ["<rootDir>/test/engines/**/*.test.ts"],
  maxWorkers: 2,
  testTimeout: 240_000,
};
