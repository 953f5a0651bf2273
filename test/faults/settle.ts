import { readdirSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../../local/wait-until.ts";
import { pendingFolder } from "../../protocol/marker.ts";
import type { FaultCloud } from "./fault-cloud.ts";

/** Leftovers once everything has ended. */
export interface LeftOver {
  /** Keys, file names and journal entries; each names its prefix. */
  readonly markers: readonly string[];
  readonly requests: readonly string[];
  readonly endings: readonly string[];
  readonly journal: readonly string[];
  readonly deadLetters: readonly string[];
}

/** Has dead letters done again, gives the sweep and the agent a moment to clean up, and looks at what is left over then. */
export async function settle(cloud: FaultCloud): Promise<LeftOver> {
  await cloud.functions.redrive();
  const nothing = async () => {
    const left = await leftOver(cloud);
    return Object.values(left).flat().length === 0 || undefined;
  };
  await waitUntil("nothing is left over", nothing, { deadline: 20_000 }).catch(() => undefined);
  return leftOver(cloud);
}

async function leftOver({ bucket, config, functions, journal }: FaultCloud): Promise<LeftOver> {
  const spool = (name: string) =>
    readdirSync(join(config.headNode, "spool", name)).map((file) => `spool/${name}/${file}`);
  const unfinished = journal
    .unfinished()
    .map(
      ({ prefix, phase, outbox }) => `journal of ${prefix}: ${phase}, ${outbox.length} to publish`,
    );
  return {
    markers: await bucket.keys(pendingFolder()),
    requests: spool("requests"),
    endings: spool("endings"),
    journal: [...unfinished, ...journal.damaged()],
    deadLetters: await functions.deadLetters(),
  };
}
