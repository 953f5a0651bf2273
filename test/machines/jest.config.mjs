import base from "../../jest.config.mjs";

/** Programs for machines without Node.js; `npm run test:machines` builds them, and runs this in a network of its own. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/machines/**/*.test.ts"],
  maxWorkers: 2,
  testTimeout: 240_000,
};
