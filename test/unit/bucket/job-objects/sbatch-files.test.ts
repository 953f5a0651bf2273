import { expect, test } from "@jest/globals";
import { writeJobId, writeSbatchOutput } from "../../../../bucket/job-objects/sbatch-files.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

test("what sbatch said is there byte for byte, and the job id as a line", async () => {
  const store = new MemoryStore();
  await writeSbatchOutput(store, "job1", "Submitted batch job 7");
  await writeJobId(store, "job1", "7");
  expect(store.text("job1/job-aws-sbatch.out")).toBe("Submitted batch job 7");
  expect(store.text("job1/job-aws-jobid.txt")).toBe("7\n");
});
