import base from "../../jest.config.mjs";

/** On a server that verifies signatures; `npm run test:transfer` builds it. */
export default {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/test/transfer/**/*.test.ts"],
  maxWorkers: 1,
  testTimeout: 60_000,
};
