import { expect, test } from "@jest/globals";
import { parseAfter } from "../../../../../protocol/after.ts";
import { slurmScene } from "../../../../support/slurm-scene.ts";

const SCRIPT = "#!/bin/sh\n#SBATCH -n 2\necho 1\n";

test("a job waits for very many others, and asks nothing of the bucket for them", async () => {
  const w = slurmScene({ "job.sh": SCRIPT });
  await w.call(["job.sh"]);
  const { job } = await w.sent();
  const ids = Array.from({ length: 400 }, (_, at) => `${1000 + at}`);
  for (const id of ids) await w.jobs.write({ ...job!, id, prefix: `p${id}`, submission: `s${id}` });
  for (const [count, id] of [
    [20, "50"],
    [400, "51"],
  ] as const) {
    w.answer.changes = { slurm: { jobId: id } };
    w.requests.length = 0;
    await w.call(["-d", `afterok:${ids.slice(0, count).join(":")}`, "job.sh"]);
    expect(w.requests.filter((one) => / p\d+/.test(one))).toEqual([]);
    const { metadata, manifest } = await w.sent(id);
    const named = parseAfter(metadata);
    expect(named).toHaveLength(count > 32 ? 0 : count);
    expect([...named, ...(manifest.after ?? [])]).toEqual(
      ids
        .slice(0, count)
        .map((one) => ({ prefix: `p${one}`, submission: `s${one}`, condition: "ok" })),
    );
    expect(manifest.from).toHaveLength(count);
  }
});
