import type { FaultKind, SharedFault } from "../fault-kind.ts";
import { agentKinds } from "./agent.ts";
import { burstFaults } from "./bursts.ts";
import { cacheKinds } from "./cache.ts";
import { cancelKinds } from "./cancel.ts";
import { chainKinds } from "./chains.ts";
import { clientKinds } from "./client.ts";
import { controllerFaults } from "./controller.ts";
import { deadLetterKinds } from "./dead-letters.ts";
import { diskFaults } from "./disk.ts";
import { eventKinds } from "./events.ts";
import { fileKinds } from "./files.ts";
import { inputKinds } from "./inputs.ts";
import { lostChains } from "./lost-chains.ts";
import { nameKinds } from "./names.ts";
import { openKinds } from "./open.ts";
import { queueKinds } from "./queue.ts";
import { removalKinds } from "./removal.ts";
import { resultKinds } from "./results.ts";
import { s3Kinds } from "./s3.ts";
import { slurmKinds } from "./slurm.ts";
import { ssmKinds } from "./ssm.ts";
import { twoClientKinds } from "./two-clients.ts";
import { unreadableKinds } from "./unreadable.ts";

/** Faults of one submission; they strike many at a time. */
export const ownFaults: readonly FaultKind[] = [
  ...eventKinds,
  ...s3Kinds,
  ...ssmKinds,
  ...agentKinds,
  ...slurmKinds,
  ...fileKinds,
  ...cancelKinds,
  ...nameKinds,
  ...clientKinds,
  ...unreadableKinds,
  ...twoClientKinds,
  ...queueKinds,
  ...deadLetterKinds,
  ...inputKinds,
  ...openKinds,
  ...cacheKinds,
  ...chainKinds,
  ...removalKinds,
  ...resultKinds,
];

/** Faults of what all share; they strike one after the other. */
export const sharedFaults: readonly SharedFault[] = [
  ...burstFaults,
  ...controllerFaults,
  ...lostChains,
  ...diskFaults,
];
