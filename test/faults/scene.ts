import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PHASES, type Phase } from "../../headnode/journal/job-entry.ts";
import type { S3Rule } from "../../local/faults/s3-fault.ts";
import { type SbatchFault, sbatchFaults, sbatchLog } from "../../local/faults/slurm-commands.ts";
import { type HookFault, hookFaults, hookLog } from "../../local/faults/slurm-hook.ts";
import type { Random } from "../../local/random.ts";
import type { SsmRule } from "../../local/ssm/faults.ts";
import { waitUntil } from "../../local/wait-until.ts";
import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import { FINAL_STATES, type State } from "../../protocol/state.ts";
import type { FaultCloud } from "./fault-cloud.ts";

type Loose<R> = Omit<R, "id" | "skip" | "times" | "key" | "prefix"> & Partial<R>;

const isAtLeast = (phase: Phase, wanted: Phase) => PHASES.indexOf(phase) >= PHASES.indexOf(wanted);

/**
 * Milliseconds after which a submission that has not come as far as it must counts as lost: from FILE_UPLOAD to its
 * end, and to any phase or state before it. The local stage gives up after 90 s of silence; the rest is for an agent
 * that is killed all along for others' sake, and waits 15 s anew for each sbatch that had no answer.
 */
export const DEADLINE_MS = 240_000;

/** One submission on the stage, and all that can be done to it. */
export class Scene {
  readonly prefix: string;
  readonly cloud: FaultCloud;
  readonly random: Random;
  /** Faults that were put in and cannot be counted by a rule. */
  injected = 0;
  /** When the kind has asked for it, in milliseconds since the epoch, if that was not at once. */
  askedAt: number | undefined;
  readonly #others: ReadonlyMap<string, Scene>;
  #rules: (() => Promise<number>)[] = [];

  constructor(
    prefix: string,
    cloud: FaultCloud,
    random: Random,
    others: ReadonlyMap<string, Scene> = new Map(),
  ) {
    this.prefix = prefix;
    this.cloud = cloud;
    this.random = random;
    this.#others = others;
  }

  /** Another submission that the kind has to do with. */
  other(name: string): Scene {
    const other = this.#others.get(name);
    if (!other) throw new Error(`the kind has no submission ${name}`);
    return other;
  }

  /** Writes the status object; its event reaches the rule. */
  async ask(state: State = "FILE_UPLOAD", metadata?: Record<string, string>): Promise<void> {
    await this.cloud.functions.heard(() => this.#writeStatus(state, metadata));
  }

  /** Writes the status object; its event is dropped. */
  async askUnheard(state: State = "FILE_UPLOAD"): Promise<void> {
    await this.cloud.functions.unheard(() => this.#writeStatus(state));
  }

  /** Delivers the event of the status object, so many times at once. */
  async deliver(times = 1): Promise<void> {
    const { functions, bucket } = this.cloud;
    const deliveries = Array.from({ length: times }, () =>
      functions.deliver(bucket.name, this.prefix),
    );
    await Promise.all(deliveries);
  }

  /** A fault for requests to S3 about this prefix; what is returned ends it. */
  async s3(rule: Loose<S3Rule>): Promise<() => Promise<void>> {
    const key = `^(\\.cloud-submit/pending/)?${this.prefix}/`;
    return this.#hold(
      await this.cloud.s3Rule({ id: this.#ruleId(), skip: 0, times: 1, key, ...rule }),
    );
  }

  /** A fault for this prefix's commands; what is returned ends it. */
  async ssm(rule: Loose<SsmRule>): Promise<() => Promise<void>> {
    const full = { id: this.#ruleId(), skip: 0, times: 1, prefix: `^${this.prefix}$`, ...rule };
    return this.#hold(await this.cloud.ssmRule(full));
  }

  #hold(end: () => Promise<number>): () => Promise<void> {
    const once = async () => {
      if (!this.#rules.includes(end)) return;
      this.#rules = this.#rules.filter((other) => other !== end);
      this.injected += await end();
    };
    this.#rules.push(end);
    return once;
  }

  /** A fault for the next sbatch of this prefix. */
  sbatch(fault: SbatchFault): void {
    writeFileSync(join(sbatchFaults(this.cloud.config), this.prefix), fault);
  }

  /** Whether the agent has called sbatch for this prefix. */
  wasSbatchCalled(): boolean {
    const log = readFileSync(sbatchLog(this.cloud.config), "utf8");
    return log.includes(`cloud-submit:${this.prefix}:`);
  }

  /** A fault for every run of the Slurm hook for this prefix. */
  hook(fault: HookFault): void {
    writeFileSync(join(hookFaults(this.cloud.config), this.prefix), fault);
    const log = hookLog(this.cloud.config);
    appendFileSync(log, "");
    this.#rules.push(async () => {
      const lines = readFileSync(log, "utf8").split("\n");
      return lines.filter((line) => line.startsWith(`${this.prefix} `)).length;
    });
  }

  /** Kills the agent as soon as its journal says that this prefix has reached a phase. */
  killAt(phase: Phase): void {
    this.cloud.journal.at(this.prefix, phase, () => {
      // One that has just been killed for another's sake died in this phase all the same.
      if (!this.kill()) this.injected += 1;
    });
  }

  /** Waits until the agent's journal says that this prefix has reached a phase, or is past it. */
  async untilPhase(phase: Phase): Promise<void> {
    await waitUntil(
      `${this.prefix} is ${phase}`,
      async () =>
        this.cloud.journal
          .entries()
          .some((entry) => entry.prefix === this.prefix && isAtLeast(entry.phase, phase)) ||
        undefined,
      { deadline: DEADLINE_MS },
    );
  }

  /** Kills the agent; returns whether there was one. */
  kill(): boolean {
    const killed = this.cloud.keeper.kill();
    if (killed) this.injected += 1;
    return killed;
  }

  /** Waits until the status object says one of these. */
  async untilState(...states: State[]): Promise<State> {
    return waitUntil(
      `${this.prefix} is ${states.join(" or ")}`,
      async () => {
        const state = (await this.cloud.bucket.state(this.prefix)) as State | undefined;
        return state !== undefined && states.includes(state) ? state : undefined;
      },
      { deadline: DEADLINE_MS },
    );
  }

  /** The same for another prefix: until it has ended. */
  async untilFinal(prefix: string): Promise<void> {
    await new Scene(prefix, this.cloud, this.random).untilState(...FINAL_STATES);
  }

  /** The Slurm job id that the bucket tells of. */
  async jobId(): Promise<string> {
    const text = await this.cloud.bucket.get(keyOf(this.prefix, "job-aws-jobid.txt"));
    return text?.toString().trim() ?? "";
  }

  /** Lets time pass in which a fault works: how long it does is what the seed draws. */
  async pause(ms: number): Promise<void> {
    await sleep(ms);
  }

  /** Takes every fault back; returns how many there were. */
  async end(): Promise<number> {
    for (const end of this.#rules.splice(0)) this.injected += await end();
    return this.injected;
  }

  async #writeStatus(state: State, metadata?: Record<string, string>): Promise<void> {
    await this.cloud.bucket.put(keyOf(this.prefix, STATUS_FILE), `${state}\n`, metadata);
  }

  #ruleId(): string {
    return `${this.prefix}-${this.#rules.length}-${this.random.int(0, 1e9)}`;
  }
}
