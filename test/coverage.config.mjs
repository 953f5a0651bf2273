import base from "../jest.config.mjs";

/**
 * How much of each folder its own unit tests reach: `npm run coverage`; docs/testing.md tells more.
 *
 * Counted by istanbul (jest's provider "babel"), not by V8: istanbul counts each branch that is in the
 * source, also an `if` without an `else`, and those of a function that never ran. V8 reports only what
 * it came across, so that a file or a function that no test calls has hardly any branches to miss.
 */
export default {
  ...base,
  rootDir: "..",
  // install.sh's tests run shell, which is not measured here, and take the longest.
  testPathIgnorePatterns: ["/node_modules/", "/headnode/install"],
  collectCoverage: true,
  coverageProvider: "babel",
  coverageReporters: ["text"],
  collectCoverageFrom: [
    "{protocol,bucket,transfer,functions,headnode}/**/*.ts",
    // Wiring and nothing else: the end-to-end tests run it, as the process that it is.
    "!headnode/main.ts",
  ],
  coverageThreshold: {
    "./protocol/": { branches: 90 },
    "./bucket/": { branches: 90 },
    "./transfer/": { branches: 90 },
    "./functions/": { branches: 90 },
    "./headnode/": { branches: 90 },
  },
};
