// Bundles the program of the threads that carry files into a text, which goes into every program that may begin them.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** The program as a text, which needs nothing but Node.js. */
export async function laneProgram() {
  const { outputFiles } = await build({
    absWorkingDir: checkout,
    entryPoints: ["bucket/s3/lanes/lane-main.ts"],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    // It is no file that something could be imported from.
    supported: { "dynamic-import": false },
    legalComments: "none",
    mainFields: ["module", "main"],
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

let text;

/** For esbuild: puts the program in its place. */
export const lanePlugin = {
  name: "lane-program",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lanes[\\/]lane-program\.ts$/ }, async () => {
      text ??= laneProgram();
      return { contents: `export const LANE_PROGRAM = ${JSON.stringify(await text)};` };
    });
  },
};
