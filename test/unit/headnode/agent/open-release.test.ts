import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openScene } from "../../../support/open-scene.ts";

describe("the job of an open submission", () => {
  test.each([
    ["an option", { "sbatch-options": '["--begin=16:00"]' }, "true"],
    ["the script", {}, "#SBATCH --deadline=noon"],
  ])("with a date of its own, in %s, is held", async (_name, metadata, line) => {
    const { w, ...s } = openScene({ patient: true });
    await w.start();
    await s.submit("A", { "job-aws-run.sh": `#!/bin/sh\n${line}\n` }, {}, metadata);
    await s.submitted("A");
    expect(w.slurm.calls).toMatchObject([{ keepBack: "hold" }]);
  });

  test("has the folders of its output made before it begins, in its own folder alone", async () => {
    const { w, ...s } = openScene({ patient: true });
    await w.start();
    await s.submit("A", { "is-file": "1" });
    await s.submitted("A");
    const [folder, away] = [s.folder("A"), join(w.workRoot, "away")];
    mkdirSync(away);
    mkdirSync(join(folder, "here"));
    symlinkSync("here", join(folder, "inside"));
    symlinkSync(away, join(folder, "outside"));
    const below = ["d-1/deep", "inside/1", "outside/1", "../escaped", "is-file/1"];
    w.slurm.outputFolders.set("1", [
      ...below.map((path) => `${folder}/${path}`),
      `${away}/2`,
      folder,
    ]);
    await s.close("A");
    await s.released("A");
    expect(readdirSync(folder).toSorted()).toEqual([
      "d-1",
      "here",
      "inside",
      "is-file",
      "job-aws-run.sh",
      "outside",
    ]);
    expect(readdirSync(join(folder, "d-1"))).toEqual(["deep"]);
    expect(readdirSync(join(folder, "here"))).toEqual(["1"]);
    expect(readdirSync(away)).toEqual([]);
    expect(readdirSync(join(folder, ".."))).toEqual(["A-1"]);
  });
});
