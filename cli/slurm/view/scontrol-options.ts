import type { ViewOption } from "./options.ts";
import { ALL_CLUSTERS_ARE_ONE, NO_YAML } from "./refusals.ts";

/** Options of scontrol. Source: `long_options` in src/scontrol/scontrol.c, 24.05. */
export const SCONTROL_OPTIONS: readonly ViewOption[] = [
  { names: ["all"], letters: "a" },
  { names: ["clusters", "cluster"], letters: "M", value: "yes" },
  { names: ["details"], letters: "d" },
  { names: ["federation"] },
  { names: ["future"], letters: "F" },
  { names: ["help", "usage"], letters: "h" },
  { names: ["hide"] },
  { names: ["json"], value: "maybe" },
  { names: ["local"] },
  { names: ["oneliner"], letters: "o" },
  { names: ["quiet"], letters: "Q" },
  { names: ["sibling"], refused: ALL_CLUSTERS_ARE_ONE },
  { names: ["uid"], letters: "u", value: "yes", refused: "jobs are the calling user's alone" },
  { names: ["verbose"], letters: "v" },
  { names: ["version"], letters: "V" },
  { names: ["yaml"], value: "maybe", refused: NO_YAML },
];

const RESUBMIT = "cancel the job with scancel, and submit it again";
const BY_ADMINISTRATOR = "an administrator does it on the Head Node";

/** Keywords that change something, and what to do in their place. */
export const REFUSED_KEYWORDS: Readonly<Record<string, string>> = {
  abort: BY_ADMINISTRATOR,
  cancel_reboot: BY_ADMINISTRATOR,
  create: BY_ADMINISTRATOR,
  delete: BY_ADMINISTRATOR,
  hold: RESUBMIT,
  notify: "nothing but files reaches a running job",
  power: BY_ADMINISTRATOR,
  reboot: BY_ADMINISTRATOR,
  reboot_nodes: BY_ADMINISTRATOR,
  reconfigure: BY_ADMINISTRATOR,
  release:
    "a job that was sent without --hold begins by itself; with it, scancel and submit it again",
  requeue: RESUBMIT,
  requeuehold: RESUBMIT,
  resume: RESUBMIT,
  setdebug: BY_ADMINISTRATOR,
  setdebugflags: BY_ADMINISTRATOR,
  shutdown: BY_ADMINISTRATOR,
  suspend: RESUBMIT,
  takeover: BY_ADMINISTRATOR,
  token: BY_ADMINISTRATOR,
  top: BY_ADMINISTRATOR,
  uhold: RESUBMIT,
  update: RESUBMIT,
  wait_job: "poll squeue or sacct",
  write: "the script of a job is here, in its folder",
};
