import type { Group, WordsOf } from "./verb.ts";
import { verbOf } from "./verb-work.ts";
import { auditVerb } from "./verbs/audit/description.ts";
import { cancelVerb } from "./verbs/cancel/description.ts";
import { clusterConfigVerb } from "./verbs/cluster-config/description.ts";
import { completionVerb } from "./verbs/completion/description.ts";
import { dataListVerb, dataPutVerb, dataRmVerb } from "./verbs/data/description.ts";
import { doctorVerb } from "./verbs/doctor/description.ts";
import { fetchVerb } from "./verbs/fetch/description.ts";
import * as headNode from "./verbs/head-node/description.ts";
import type { HeadNodeAction } from "./verbs/head-node/headnode.ts";
import { initVerb } from "./verbs/init/description.ts";
import { listVerb } from "./verbs/list/description.ts";
import { logsVerb } from "./verbs/logs/description.ts";
import { pruneVerb } from "./verbs/prune/description.ts";
import { rmVerb } from "./verbs/rm/description.ts";
import { runVerb } from "./verbs/run/description.ts";
import * as slurm from "./verbs/slurm/description.ts";
import { statusVerb } from "./verbs/status/description.ts";
import { submitVerb } from "./verbs/submit/description.ts";
import { sweepStatusVerb, sweepVerb } from "./verbs/sweep/description.ts";
import { waitVerb } from "./verbs/wait/description.ts";

const onHeadNode = async (action: HeadNodeAction) => ({
  work: (await import("./verbs/head-node/headnode.ts")).workOf(action),
});

/** Every verb, in the order of help and documents. */
export const VERBS = [
  verbOf(runVerb, () => import("./verbs/run/run.ts")),
  verbOf(submitVerb, () => import("./verbs/submit/submit.ts")),
  verbOf(sweepVerb, () => import("./verbs/sweep/sweep.ts")),
  verbOf(slurm.slurmRunVerb, () => import("./verbs/slurm/run.ts")),
  verbOf(slurm.slurmFetcherVerb, () => import("./verbs/slurm/fetcher.ts")),
  verbOf(waitVerb, () => import("./verbs/wait/wait.ts")),
  verbOf(fetchVerb, () => import("./verbs/fetch/fetch.ts")),
  verbOf(cancelVerb, () => import("./verbs/cancel/cancel.ts")),
  verbOf(rmVerb, () => import("./verbs/rm/rm.ts")),
  verbOf(pruneVerb, () => import("./verbs/prune/prune.ts")),
  verbOf(dataPutVerb, () => import("./verbs/data/put.ts")),
  verbOf(dataListVerb, () => import("./verbs/data/list.ts")),
  verbOf(dataRmVerb, () => import("./verbs/data/rm.ts")),
  verbOf(statusVerb, () => import("./verbs/status/status.ts")),
  verbOf(sweepStatusVerb, () => import("./verbs/sweep/status.ts")),
  verbOf(listVerb, () => import("./verbs/list/list.ts")),
  verbOf(logsVerb, () => import("./verbs/logs/logs.ts")),
  verbOf(auditVerb, () => import("./verbs/audit/audit.ts")),
  verbOf(initVerb, () => import("./verbs/init/init.ts")),
  verbOf(doctorVerb, () => import("./verbs/doctor/doctor.ts")),
  verbOf(slurm.slurmInstallVerb, () => import("./verbs/slurm/install.ts")),
  verbOf(slurm.slurmEnvVerb, () => import("./verbs/slurm/env.ts")),
  verbOf(completionVerb, () => import("./verbs/completion/completion.ts")),
  verbOf(clusterConfigVerb, () => import("./verbs/cluster-config/cluster-config.ts")),
  verbOf(headNode.publishVerb, () => import("./verbs/head-node/publish.ts")),
  verbOf(headNode.installVerb, () => onHeadNode("install")),
  verbOf(headNode.updateVerb, () => onHeadNode("update")),
  verbOf(headNode.headNodeStatusVerb, () => onHeadNode("status")),
  verbOf(headNode.uninstallVerb, () => onHeadNode("uninstall")),
] as const;

type OneVerb = (typeof VERBS)[number];

/** The texts of a group's verbs in another language: a text for each argument and flag of each verb. */
export type HelpOf<Heading extends Group> = {
  readonly [One in Extract<OneVerb, { group: Heading }> as One["name"]]: WordsOf<One>;
};
