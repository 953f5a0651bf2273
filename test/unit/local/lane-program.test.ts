import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
// @ts-expect-error: a build script without types
import { buildAgent, buildCommandLine } from "../../../local/build.mjs";
import { laneProgram } from "../../../local/lane-program.mjs";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("the program of a lane needs nothing but Node.js, and is in each program that is shipped, once", async () => {
  const text = await laneProgram();
  expect(text.length).toBeLessThan(60_000);
  const needed = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name);
  expect(needed).toContain("node:worker_threads");
  expect(needed.filter((name) => !name.startsWith("node:"))).toEqual([]);
  const folder = temporaryFolder();
  await buildAgent(join(folder, "agent.cjs"));
  const programs = [readFileSync(join(folder, "agent.cjs"), "utf8")];
  for (const isSingle of [false, true]) {
    const { files } = (await buildCommandLine({ write: false, isSingle })) as {
      files: { code: string }[];
    };
    programs.push(files.map(({ code }) => code).join("\n"));
  }
  // Words that only an order without keys says.
  for (const code of programs) expect(code.split("orders without credentials")).toHaveLength(2);
});
