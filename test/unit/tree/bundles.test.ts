import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { build, type Metafile } from "esbuild";
import { parse } from "yaml";
import { SOURCES } from "../../../local/aws/deploy.ts";
import { everyFunction } from "../../support/stack-functions.ts";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));
const { custom } = parse(readFileSync(`${checkout}serverless.yml`, "utf8"), {
  logLevel: "error",
}) as {
  custom: { esbuild: { format: "cjs"; target: string; mainFields: string[] } };
};
const entries = Object.values(everyFunction()).map(({ handler }) =>
  handler.replace(/\.\w+$/, ".ts"),
);

/** Bundles as serverless-esbuild does. */
async function bundle(entry: string): Promise<{ bytes: number; inputs: Metafile["inputs"] }> {
  const { format, target, mainFields } = custom.esbuild;
  const { metafile, outputFiles } = await build({
    absWorkingDir: checkout,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    platform: "node",
    format,
    target,
    mainFields,
    outfile: "out.js",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  return { bytes: outputFiles[0]?.contents.length ?? 0, inputs: metafile.inputs };
}

describe("what is deployed", () => {
  test.each(entries)("%s is small, and talks to AWS by the SDK alone", async (entry) => {
    const { bytes, inputs } = await bundle(entry);
    const files = Object.keys(inputs);
    // Each 100 KB more take some 10 ms of a cold start.
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(735_000);
    // By these errors a proxy is named, for the SDK's clients, too.
    const own = files.filter((path) => !/^bucket\/s3\/(s3|connection)-error\.ts$/.test(path));
    expect(own.filter((path) => /^(bucket\/s3|bucket\/disk|transfer)\//.test(path))).toEqual([]);
    const touchesBucket = !/\/(audit|redrive|notify)\.ts$/.test(entry);
    expect(files.some((path) => path.includes("@aws-sdk/client-s3/"))).toBe(touchesBucket);
  });

  test.each(entries)("%s is deployed anew when one of its files changes", async (entry) => {
    const files = Object.keys((await bundle(entry)).inputs).filter(
      (path) => !path.startsWith("node_modules/"),
    );
    expect(files.filter((path) => !SOURCES.includes(path.split("/")[0] ?? ""))).toEqual([]);
  });

  test("what the agent and the command line carry files with is not the SDK's client", async () => {
    const { inputs } = await bundle("headnode/main.ts");
    expect(Object.keys(inputs)).toContain("bucket/s3/s3-store.ts");
    expect(Object.keys(inputs).filter((path) => path.includes("@aws-sdk/client-s3/"))).toEqual([]);
    const jobs = Object.keys((await bundle("cli/context.ts")).inputs);
    expect(jobs).toContain("bucket/s3/s3-store.ts");
    expect(jobs.filter((path) => path.includes("@aws-sdk/client-s3/"))).toEqual([]);
  });
});
