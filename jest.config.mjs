/** Native ES modules: TypeScript is only stripped of its types, import specifiers stay as written. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript" },
          target: "es2022",
          experimental: { keepImportAttributes: true },
        },
        module: { type: "es6" },
      },
    ],
  },
  // As the build has it.
  moduleNameMapper: { "/lane-program\\.ts$": "<rootDir>/test/support/lane-program.ts" },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/.local", "<rootDir>/.serverless"],
  maxWorkers: 2,
  // Modules of earlier test files stay in memory: with 2 GB of them, a test of many objects takes ten times as long.
  workerIdleMemoryLimit: "700MB",
  // Fails a test that hangs, not one that is only slow on a machine with other work.
  testTimeout: 60_000,
};
