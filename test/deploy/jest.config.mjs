import base from "../../jest.config.mjs";

/** One at a time: each deployment packages into the checkout's own .serverless folder. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/deploy/**/*.test.ts"],
  maxWorkers: 1,
  testTimeout: 120_000,
};
