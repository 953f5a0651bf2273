import type { VerbDescription } from "./verb.ts";
import { auditVerb } from "./verbs/audit/description.ts";
import { cancelVerb } from "./verbs/cancel/description.ts";
import { clusterConfigVerb } from "./verbs/cluster-config/description.ts";
import { completionVerb } from "./verbs/completion/description.ts";
import { doctorVerb } from "./verbs/doctor/description.ts";
import { fetchVerb } from "./verbs/fetch/description.ts";
import { headNodeVerbs } from "./verbs/head-node/description.ts";
import { initVerb } from "./verbs/init/description.ts";
import { listVerb } from "./verbs/list/description.ts";
import { logsVerb } from "./verbs/logs/description.ts";
import { runVerb } from "./verbs/run/description.ts";
import { statusVerb } from "./verbs/status/description.ts";
import { submitVerb } from "./verbs/submit/description.ts";
import { waitVerb } from "./verbs/wait/description.ts";

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
