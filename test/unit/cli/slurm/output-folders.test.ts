import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { elsewhereOf } from "../../../../cli/slurm/places.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

const SCRIPT = "#!/bin/sh\n#SBATCH -n 2\necho 1\n";

describe("sbatch", () => {
  test.each([
    [["-o", "%N/x.o"], /^sbatch: error: --output=%N\/x\.o: the node is not known before/],
    [["-e", "/away/%j-%N/x.o"], /the node is not known before/],
    [["-a", "1-2", "-o", "d/%4j/x"], /tasks of an array get their ids \(%j\) when they begin/],
    [["-a", "0-10000", "-o", "%a/x"], /no more than 10000 tasks of an array/],
  ])(
    "output whose folders cannot be known before the job begins is refused: %j",
    async (options, why) => {
      const w = slurmScene({ "job.sh": SCRIPT });
      await expect(w.call([...options, "job.sh"])).rejects.toThrow(why);
      expect(w.requests.filter((one) => one.startsWith("put"))).toEqual([]);
    },
  );

  test.each([
    ["%N.o", "%N.o"],
    ["logs/%N/x", "logs/%N/x"],
    ["d-%j/%x/%4A/x", "d-%j/%x/%4A/x"],
    ["e\\%N\\/a/x", "e\\%N/a/x"],
    ["lo\\gs/x", "logs/x"],
  ])("output to %s is sent as %s", async (given, sent) => {
    const w = slurmScene({ "job.sh": SCRIPT });
    mkdirSync(join(w.folder, "logs/node-1"), { recursive: true });
    await w.call(["-o", given, "job.sh"]);
    expect((await w.sent()).options).toContain(`--output=${sent}`);
  });

  test("folders of a name with a backslash are those that Slurm takes it for", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    await w.call(["-o", "e\\%N/a/x", "-e", join(w.top, "a\\b/%j"), "job.sh"]);
    const { paths, job } = await w.sent();
    const away = elsewhereOf(join(w.top, "ab"));
    expect(paths).toEqual(expect.arrayContaining(["e%N/a/", `${away}/`]));
    expect(job?.origins).toContainEqual({ path: join(w.top, "ab"), at: away, only: [] });
  });
});
