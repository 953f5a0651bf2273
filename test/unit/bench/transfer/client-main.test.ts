import { basename } from "node:path";
import { expect, test } from "@jest/globals";
import type { Metafile } from "esbuild";
// @ts-expect-error: a build script without types
import { buildTransferClient } from "../../../../local/build.mjs";

interface Built {
  metafile: Metafile;
  files: { path: string; code: string }[];
  places: Record<string, string>;
}

/** Of 20 files of 1 MiB, this is a third of what the process takes. */
test("a transfer loads one file of 188 KB, without schemas and without AWS's packages but the one for XML", async () => {
  const { metafile, files, places } = (await buildTransferClient({ write: false })) as Built;
  const first = places["transfer-client.cjs"] ?? "";
  const sources = Object.entries(metafile.outputs)
    .filter(([path]) => places[basename(path)] === first)
    .flatMap(([, { inputs }]) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : []));
  expect(sources).toContain("transfer/upload.ts");
  const packages = sources.flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  expect([...new Set(packages)]).toEqual(["@aws-sdk/xml-builder"]);
  const code = files.find(({ path }) => basename(path) === first)?.code ?? "";
  expect(code.length).toBeGreaterThan(100_000);
  expect(code.length).toBeLessThan(189_000);
});
