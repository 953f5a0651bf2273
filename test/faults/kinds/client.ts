import { existsSync } from "node:fs";
import { join } from "node:path";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../../../protocol/objects.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** The id that a client gives its one submission, however often it writes it. */
const ONCE = { submission: "20261129T120000Z-0123456789ab" };

/** The client has had no answer, and writes the same once more. */
async function repeatRequest(scene: Scene): Promise<void> {
  await scene.ask("FILE_UPLOAD", ONCE);
  scene.injected += 1;
}

/** Objects that a stranger may write where it may: a record that is none, below a prefix of its own. */
function forgeries(scene: Scene, submission: string): Record<string, object> {
  const forged = { version: 1, state: "JOB_SUBMIT", times: {}, slurm: { jobId: "1" } };
  return {
    "another-prefix": { ...forged, prefix: scene.prefix, submission },
    "another-prefix-ended": { ...forged, prefix: scene.prefix, submission, state: "JOB_COMPLETE" },
    "dots-as-submission": { ...forged, prefix: scene.prefix, submission: ".." },
    "dots-as-prefix": { ...forged, prefix: "../..", submission: "../../../../forged" },
    "absolute-ids": { ...forged, prefix: "/etc", submission: "/tmp/forged" },
  };
}

/** Writes each under a prefix of its own, asks for a cancel there, and waits until that is answered. */
async function forge(scene: Scene): Promise<void> {
  const { bucket, functions } = scene.cloud;
  const { submission = "" } = (await bucket.record(scene.prefix)) ?? {};
  for (const [name, record] of Object.entries(forgeries(scene, submission))) {
    const prefix = `forged.${scene.prefix}.${name}`;
    await bucket.put(keyOf(prefix, RECORD_FILE), JSON.stringify(record));
    await functions.heard(() => bucket.put(keyOf(prefix, STATUS_FILE), "JOB_CANCEL\n"));
    scene.injected += 1;
    await scene.untilFinal(prefix);
  }
}

/** Faults that clients make: to their own submission, to one another's, and to those of strangers. */
export const clientKinds: readonly FaultKind[] = [
  {
    name: "client: no answer to FILE_UPLOAD, repeated after the end",
    ask: (scene) => scene.ask("FILE_UPLOAD", ONCE),
    after: async (scene) => {
      for (let times = 0; times < 2; times++) {
        await repeatRequest(scene);
        await scene.untilState(...FINAL_STATES);
      }
    },
  },
  {
    name: "client: no answer to FILE_UPLOAD, repeated while the job runs",
    shapes: ["long"],
    ask: (scene) => scene.ask("FILE_UPLOAD", ONCE),
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await repeatRequest(scene);
      await scene.untilState("JOB_SUBMIT", ...FINAL_STATES);
    },
  },
  {
    name: "client: records forged under other prefixes",
    script: "sleep 6",
    shapes: ["files"],
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await forge(scene);
    },
    proof: async (scene) => {
      const { bucket, config } = scene.cloud;
      const record = await bucket.record(scene.prefix);
      if (record?.prefix !== scene.prefix) throw new Error("the record is not its own any more");
      if (!existsSync(join(config.work, scene.prefix, record.submission)))
        throw new Error("a stranger has had the job's folder removed");
      for (const path of [join(config.home, "forged"), "/tmp/forged", "/tmp/forged.json"])
        if (existsSync(path)) throw new Error(`${path} was written`);
    },
  },
];
