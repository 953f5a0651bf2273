import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Environment } from "../bucket/network/proxy.ts";
import { CloudSubmitError } from "../protocol/error.ts";
import { checkSettings } from "../protocol/settings.ts";

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);

/** The soft limit that Linux gives by default. Source: getrlimit(2), INR_OPEN_CUR. */
const LOGIN_OPEN_FILES = 1024;

const schema = z.object({
  CLOUD_SUBMIT_BUCKET: z.string().min(1),
  CLOUD_SUBMIT_HOME: z.string().startsWith("/").default("/opt/cloud-submit"),
  CLOUD_SUBMIT_WORK: z.string().startsWith("/").optional(),
  CLOUD_SUBMIT_EVENT_BUS: z.string().min(1).default("default"),
  CLOUD_SUBMIT_SLURM_BIN: z.string().startsWith("/").optional(),
  CLOUD_SUBMIT_OPEN_FILES: z
    .union([z.literal("infinity"), z.coerce.number().int().positive()])
    .default(LOGIN_OPEN_FILES),
  CLOUD_SUBMIT_RECONCILE_SECONDS: seconds(60),
  CLOUD_SUBMIT_HEARTBEAT_SECONDS: z.coerce.number().min(10).default(60),
  CLOUD_SUBMIT_LIVE_SECONDS: z.coerce
    .number()
    .refine((value) => value === 0 || value >= 1, "expected 0, or at least 1")
    .default(5),
  CLOUD_SUBMIT_KEEP_DAYS: z.coerce.number().nonnegative().default(30),
  CLOUD_SUBMIT_MIN_FREE_PERCENT: z.coerce.number().min(0).max(100).default(10),
  CLOUD_SUBMIT_CACHE_BYTES: z.coerce.number().int().nonnegative().optional(),
  // Set by systemd for a service with WatchdogSec. Source: sd_watchdog_enabled(3).
  NOTIFY_SOCKET: z.string().min(1).optional(),
  WATCHDOG_USEC: z.coerce.number().int().positive().optional(),
});

/** Settings of the agent. */
export interface AgentConfig {
  bucket: string;
  /** Holds hooks/, spool/ and journal/. */
  home: string;
  /** Holds one folder for each submission; shared with the compute nodes. */
  workRoot: string;
  eventBus: string;
  /** Soft limit of open files for jobs, that of a login: Node.js has raised its own to the hard one. */
  openFiles: number | "unlimited";
  /** Where sbatch is; undefined: on PATH. */
  slurmBin: string | undefined;
  reconcileSeconds: number;
  heartbeatSeconds: number;
  /** Between two looks at what running jobs print; 0: it is not published. */
  liveSeconds: number;
  /** Days for which files of ended submissions are kept. */
  keepDays: number;
  /** Below this share of free disk, 0 to 1, folders of ended submissions go sooner. */
  minFreeShare: number;
  /** Most bytes of the cache of objects; 0: there is none; undefined: a share of the disk. */
  cacheBytes: number | undefined;
  /** systemd wants to hear of the agent so often; undefined: it does not. */
  watchdog: { socket: string; path: string | undefined; everyMs: number } | undefined;
  /** The environment that sbatch, and with it every job, gets: nothing of the agent's own. */
  slurmEnv: Record<string, string>;
  /** Names the proxies. */
  networkEnv: Environment;
}

/** So many times as often as has to be. */
const BEATS = 6;

function watchdog(
  { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec }: z.infer<typeof schema>,
  path: string | undefined,
): AgentConfig["watchdog"] {
  if (socket === undefined || usec === undefined) return undefined;
  return { socket, path, everyMs: usec / 1000 / BEATS };
}

/** The only variables of the agent that Slurm's commands see; `#SBATCH --export` starts from these. */
const SLURM_ENV = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "SLURM_CONF"];

/** Where AWS settings are that only root can write. */
const AWS_FOLDER = "/etc/cloud-submit/aws";

/**
 * Has the AWS SDK read no settings or credentials of the agent's user, who is also that of jobs: a profile may
 * name a program to run, or another endpoint. What root has set for the service stays.
 * Source: AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials files".
 */
export function useRootsAwsSettings(env: NodeJS.ProcessEnv = process.env): void {
  env.AWS_CONFIG_FILE ||= `${AWS_FOLDER}/config`;
  env.AWS_SHARED_CREDENTIALS_FILE ||= `${AWS_FOLDER}/credentials`;
  // The log is one of JSON lines.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
}

/**
 * Reads the agent's environment.
 *
 * @throws CloudSubmitError `config`, naming the variable and what was expected
 */
export function agentConfig(env: NodeJS.ProcessEnv = process.env): AgentConfig {
  checkSettings(env);
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CloudSubmitError("config", `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const set = parsed.data;
  const kept = SLURM_ENV.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return {
    bucket: set.CLOUD_SUBMIT_BUCKET,
    home: set.CLOUD_SUBMIT_HOME,
    workRoot: set.CLOUD_SUBMIT_WORK ?? join(homedir(), "cloud-submit"),
    eventBus: set.CLOUD_SUBMIT_EVENT_BUS,
    slurmBin: set.CLOUD_SUBMIT_SLURM_BIN,
    openFiles:
      set.CLOUD_SUBMIT_OPEN_FILES === "infinity" ? "unlimited" : set.CLOUD_SUBMIT_OPEN_FILES,
    reconcileSeconds: set.CLOUD_SUBMIT_RECONCILE_SECONDS,
    heartbeatSeconds: set.CLOUD_SUBMIT_HEARTBEAT_SECONDS,
    liveSeconds: set.CLOUD_SUBMIT_LIVE_SECONDS,
    keepDays: set.CLOUD_SUBMIT_KEEP_DAYS,
    minFreeShare: set.CLOUD_SUBMIT_MIN_FREE_PERCENT / 100,
    cacheBytes: set.CLOUD_SUBMIT_CACHE_BYTES,
    watchdog: watchdog(set, env.PATH),
    slurmEnv: Object.fromEntries(kept),
    networkEnv: env,
  };
}
