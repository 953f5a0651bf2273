import base from "../../jest.config.mjs";

/** What machines without Node.js get; `npm run test:machines` builds it, and runs this in a network of its own. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/machines/**/*.test.ts"],
  maxWorkers: 2,
  testTimeout: 240_000,
};
