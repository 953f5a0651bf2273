import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ACCEPTED_OR_NOT, commandLine } from "../client.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** Files that each client sends besides its script. */
const FILES = 100;

/** A job that tells whose files it ran on, once both clients have said what they had to say. */
const script = (client: string) => `#!/bin/bash
while [ ! -e ../go ] && [ $SECONDS -lt 120 ]; do sleep 0.1; done
{ cat f*; echo ${client}; } | sort | uniq -c > who
`;

/** Submits with the command line of the project, as two people do who have the same idea of a prefix. */
async function submit(scene: Scene, client: string): Promise<void> {
  const folder = await mkdtemp(join(scene.cloud.config.home, "client-"));
  try {
    await writeFile(join(folder, "job-aws-run.sh"), script(client));
    for (let number = 0; number < FILES; number++)
      await writeFile(join(folder, `f${number}`), `${client}\n`);
    await commandLine(scene, "submit", folder, "--prefix", scene.prefix);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Several clients that use one prefix at once. */
export const twoClientKinds: readonly FaultKind[] = [
  {
    name: "client: two on one prefix",
    shapes: ["files"],
    expected: ACCEPTED_OR_NOT,
    ask: async (scene) => {
      await scene.cloud.functions.heard(async () => {
        await Promise.all(["alice", "bob"].map((client) => submit(scene, client)));
      });
      scene.injected += 1;
      const folder = join(scene.cloud.config.work, scene.prefix);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "go"), "");
    },
    proof: async ({ cloud, prefix }) => {
      const record = await cloud.bucket.record(prefix);
      const code: string | undefined = record?.error?.code;
      if (code === "inputs-changed") return;
      const who = (await cloud.bucket.get(`${prefix}/who`))?.toString().trim();
      if (who !== `${FILES + 1} alice` && who !== `${FILES + 1} bob`)
        throw new Error(`it ran on a mixture, or did not say: ${JSON.stringify(who)}, ${code}`);
    },
  },
];
