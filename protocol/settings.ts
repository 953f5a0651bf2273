import { editDistance } from "./edit-distance.ts";
import { CloudSubmitError } from "./error.ts";

const BEGINNING = "CLOUD_SUBMIT_";

/**
 * Every environment variable of the project's own, without its beginning. One list for all programs: one may be
 * started in a shell, or by a program, that has variables of another.
 */
const SETTINGS = [
  "BUCKET LIMIT_RATE SSE SSE_C_KEY ACL REQUEST_PAYER EXPECTED_BUCKET_OWNER HOME WORK EVENT_BUS SLURM_BIN OPEN_FILES RECONCILE_SECONDS HEARTBEAT_SECONDS LIVE_SECONDS LINGER SESSION SLURM_PREFIX",
  "KEEP_DAYS MIN_FREE_PERCENT CACHE_BYTES INSTALL_PATIENCE LOCAL_AWS_PORT LOCAL_SSM_PORT LOCAL_SLURMCTLD_PORT",
  "LOCAL_SLURMD_PORT LOCAL_S3PROXY_PORT LOCAL_OBJECTS_PORT LOCAL_FAULTS LOCAL_BENCH LOCAL_SLURM LOCAL_CPUS LOCAL_SSM_RATE",
  "JOB_PREFIX JOB_OUTCOME JOB_STATE JOB_EXIT_CODE JOB_SLURM_JOB_ID LOCAL_SSM_SEED LOCAL_SSM_AGENT FAULTS_SEED FAULTS_SUBMISSIONS FAULTS_ONLY FAULTS_WITHOUT TEST_NAME TEST_ENGINES TEST_NO_NETWORKS TEST_RESULTS",
].flatMap((names) => names.split(" ").map((name) => BEGINNING + name));

/** A variable that looks like one of the project's own and is none, and the one that is most like it. */
export interface UnknownSetting {
  name: string;
  closest: string;
}

/** The first variable of an environment that is a misspelt setting; undefined: there is none. */
export function unknownSetting(
  env: Readonly<Record<string, string | undefined>>,
): UnknownSetting | undefined {
  const name = Object.keys(env).find(
    (one) => one.startsWith(BEGINNING) && !SETTINGS.includes(one) && env[one] !== undefined,
  );
  if (name === undefined) return undefined;
  const distances = SETTINGS.map((setting) => editDistance(name, setting));
  return { name, closest: SETTINGS[distances.indexOf(Math.min(...distances))] ?? "" };
}

/** @throws CloudSubmitError `config`, naming the misspelt variable and the one that may be meant */
export function checkSettings(env: Readonly<Record<string, string | undefined>>): void {
  const unknown = unknownSetting(env);
  if (unknown)
    throw new CloudSubmitError(
      "config",
      `${unknown.name}: no such setting; correct it to ${unknown.closest}, or unset it`,
    );
}
