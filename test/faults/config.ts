import * as z from "zod";
import { type LocalConfig, loadConfig } from "../../local/config.ts";

const environment = z.object({
  CLOUD_SUBMIT_FAULTS_SEED: z.coerce.number().int().nonnegative().optional(),
  CLOUD_SUBMIT_FAULTS_SUBMISSIONS: z.coerce.number().int().nonnegative().default(0),
  CLOUD_SUBMIT_FAULTS_ONLY: z.string().default(""),
  CLOUD_SUBMIT_FAULTS_WITHOUT: z.string().default(""),
});

/** Settings of a run of the fault suite. */
export interface FaultsConfig {
  readonly seed: number;
  /** At least so many, and each kind of fault at least once. */
  readonly submissions: number;
  /** Only kinds whose name holds this. */
  readonly only: string;
  /** No kinds whose name holds this; empty: all. */
  readonly without: string;
  readonly local: LocalConfig;
}

/** Reads the environment, the one place where the suite does. */
export function faultsConfig(): FaultsConfig {
  const set = environment.parse(process.env);
  return {
    seed: set.CLOUD_SUBMIT_FAULTS_SEED ?? Math.floor(Math.random() * 1_000_000),
    submissions: set.CLOUD_SUBMIT_FAULTS_SUBMISSIONS,
    only: set.CLOUD_SUBMIT_FAULTS_ONLY,
    without: set.CLOUD_SUBMIT_FAULTS_WITHOUT,
    local: loadConfig({ ...process.env, CLOUD_SUBMIT_LOCAL_FAULTS: "1" }),
  };
}

/** The command that runs the same schedule again. */
export function replayCommand({ seed, submissions, only, without }: FaultsConfig): string {
  const limit =
    (only === "" ? "" : ` --only "${only}"`) + (without === "" ? "" : ` --without "${without}"`);
  return `npm run test:faults -- --seed ${seed} --submissions ${submissions}${limit}`;
}
