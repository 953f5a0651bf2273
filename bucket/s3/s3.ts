import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Budget, type Owner } from "../flow/budget.ts";
import { busyShare } from "../flow/busy-share.ts";
import { Rate } from "../flow/rate.ts";
import { limitsAt, type Machine, newMachine } from "../machine.ts";
import { proxyVariables } from "../network/proxy.ts";
import type { SdkLimits } from "../network/sdk-client-settings.ts";
import type { ObjectStore } from "../object-store.ts";
import { BucketClient, type ClientPorts, type RequestRules } from "./bucket-client.ts";
import { BucketTarget } from "./bucket-target.ts";
import { BufferPool } from "./buffer-pool.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { LaneSettings } from "./lanes/lane-message.ts";
import { LANES_MAX, Lanes } from "./lanes/lanes.ts";
import { LargeTransfers } from "./large-transfers.ts";
import { Line, type OutageListener } from "./line.ts";
import { RequestLimit, type RequestLimitOptions } from "./request-limit.ts";
import { ATTEMPTS_MAX } from "./retry.ts";
import { type S3Options, S3Settings, type WayToS3 } from "./s3-settings.ts";
import { S3Store } from "./s3-store.ts";
import type { UploadStates } from "./upload-states.ts";

type Clock = Pick<ClientPorts, "now" | "elapsed" | "sleep" | "random">;

const CLOCK: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  sleep: (ms) => sleep(ms),
  random: Math.random,
};

export interface S3Access extends S3Options, ConnectionOptions {
  /** Remembers uploads in parts over restarts; undefined: an interrupted one is aborted. */
  states?: UploadStates | undefined;
  /** Attempts at one request; undefined: as in the settings of the AWS tools, else five, and an outage is ridden out. */
  attempts?: number;
  onOutage?: OutageListener | undefined;
  /** undefined: a new machine. */
  machine?: Machine | undefined;
  /** For tests. */
  clock?: Clock;
}

/** Everything that buckets share: settings, connections, limits and buffers. */
export class S3 {
  readonly #ports: ClientPorts;
  readonly #states: UploadStates | undefined;
  readonly #machine: Machine;
  readonly #buffers: BufferPool;
  readonly #large: LargeTransfers;
  readonly #targets = new Map<string, BucketTarget>();
  #rate: Rate | undefined;

  /** Nothing is loaded, looked up or opened before it is needed. */
  constructor(access: S3Access = {}) {
    this.#states = access.states;
    this.#machine = access.machine ?? newMachine();
    const { bufferBytes, beyond } = this.#machine.limits;
    this.#buffers = new BufferPool(bufferBytes, beyond.bytes);
    const settings = new S3Settings(access);
    const clock = access.clock ?? CLOCK;
    this.#large = new LargeTransfers(clock.elapsed, this.#machine.limits);
    const line = new Line(clock.elapsed, access.onOutage, this.#large.crowds);
    let rules: Promise<RequestRules> | undefined;
    const rate = async () => {
      const { bytesPerSecond } = await settings.requests();
      return bytesPerSecond === undefined
        ? undefined
        : (this.#rate ??= new Rate(bytesPerSecond, this.#machine.pace));
    };
    this.#ports = {
      ...clock,
      settings,
      line,
      disk: this.#machine.disk,
      lanes: new Lanes({
        max: this.#machine.lanes ?? Math.min(LANES_MAX, availableParallelism() - 1),
        isFixed: this.#machine.lanes !== undefined,
        line,
        settings: () => laneSettings(settings, access, this.#machine),
      }),
      connection: new Connection({
        ca: () => settings.ca(),
        authorities: () => settings.authorities(),
        ...access,
        line,
        rate,
      }),
      rules: () => (rules ??= this.#rules(settings, access.attempts, clock.elapsed)),
    };
  }

  /**
   * For a program that would otherwise learn of a wrong setting from each request.
   *
   * @throws CloudSubmitError `config`, naming the setting and what to give
   */
  checkSettings(): Promise<void> {
    return this.#ports.settings.check();
  }

  /** Settings that are not the default. @throws CloudSubmitError `config` for one that has a wrong value */
  inEffect(): Promise<string[]> {
    return this.#ports.settings.inEffect();
  }

  /** @throws Error `Region is missing` */
  region(): Promise<string> {
    return this.#ports.settings.region();
  }

  /** @throws CloudSubmitError `config` for a proxy or certificates that cannot be used */
  wayToS3(bucket: string): Promise<WayToS3> {
    return this.#ports.settings.wayToS3(bucket);
  }

  /** Settings of the SDK's clients: they go the way that S3's own connections go, and every call is bounded. */
  sdkClient(limits?: Partial<SdkLimits>): ReturnType<S3Settings["sdkClient"]> {
    return this.#ports.settings.sdkClient(limits);
  }

  /** For requests that the store does not make. */
  client(bucket: string, owner?: Owner): BucketClient {
    const target = this.#targets.get(bucket) ?? new BucketTarget(this.#ports, bucket);
    this.#targets.set(bucket, target);
    return new BucketClient(this.#ports, target, owner);
  }

  /** @param owner whose requests these are, where several share the limits; each has its turn */
  store(bucket: string, owner?: Owner): ObjectStore {
    return new S3Store({
      client: this.client(bucket, owner),
      ...this.#machine,
      buffers: this.#buffers,
      large: this.#large,
      states: this.#states,
    });
  }

  async #rules(
    settings: S3Settings,
    attempts: number | undefined,
    elapsed: () => number,
  ): Promise<RequestRules> {
    const { attempts: set, concurrency, bytesPerSecond } = await settings.requests();
    const { beyond } = this.#machine.limits;
    const { requests, parts } = limitsAt(this.#machine.limits, bytesPerSecond);
    // Small requests and large ones together.
    const within = concurrency === undefined ? undefined : new Budget(concurrency);
    const limit = (options: RequestLimitOptions) => new RequestLimit({ ...options, within });
    const limits = {
      small: limit({ ...requests, beyond: beyond.requests, busy: busyShare(), elapsed }),
      large: limit({ start: parts, low: parts, max: parts, beyond: beyond.parts }),
    };
    this.#large.govern(limits, bytesPerSecond === undefined ? undefined : parts);
    const given = attempts ?? set;
    return {
      attempts: given ?? ATTEMPTS_MAX,
      ridesOut: given === undefined,
      limits,
    };
  }
}

/** The settings of this thread's connections, for another one's. */
async function laneSettings(
  settings: S3Settings,
  access: S3Access,
  { pace }: Machine,
): Promise<LaneSettings> {
  const ca = await (access.ca ?? (() => settings.ca()))();
  const find = access.authorities ?? (() => settings.authorities());
  const { bytesPerSecond } = await settings.requests();
  return {
    ca,
    authorities: ca === undefined ? undefined : await find(),
    env: proxyVariables(access.env ?? {}),
    timeouts: access.timeouts,
    rate: bytesPerSecond === undefined ? undefined : { bytesPerSecond, pace },
  };
}
