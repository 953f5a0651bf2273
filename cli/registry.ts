import { auditVerb } from "./descriptions/audit.ts";
import { cancelVerb } from "./descriptions/cancel.ts";
import { clusterConfigVerb } from "./descriptions/cluster-config.ts";
import { completionVerb } from "./descriptions/completion.ts";
import { doctorVerb } from "./descriptions/doctor.ts";
import { fetchVerb } from "./descriptions/fetch.ts";
import { headNodeVerbs } from "./descriptions/headnode.ts";
import { initVerb } from "./descriptions/init.ts";
import { listVerb } from "./descriptions/list.ts";
import { logsVerb } from "./descriptions/logs.ts";
import { runVerb } from "./descriptions/run.ts";
import { statusVerb } from "./descriptions/status.ts";
import { submitVerb } from "./descriptions/submit.ts";
import { waitVerb } from "./descriptions/wait.ts";
import type { VerbDescription } from "./verb.ts";

/** Every verb, in the order of help and documents. */
export const VERBS: readonly VerbDescription[] = [
  runVerb,
  submitVerb,
  waitVerb,
  fetchVerb,
  cancelVerb,
  statusVerb,
  listVerb,
  logsVerb,
  auditVerb,
  initVerb,
  doctorVerb,
  completionVerb,
  clusterConfigVerb,
  ...headNodeVerbs,
];
