import { setTimeout as sleep } from "node:timers/promises";
import { Disk } from "../disk/disk.ts";
import { Budget } from "../flow/budget.ts";
import type { ObjectStore } from "../object-store.ts";
import { BucketClient, type ClientPorts } from "./bucket-client.ts";
import { BufferPool } from "./buffer-pool.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { PartReader } from "./part-reader.ts";
import { PARTS_AT_ONCE } from "./put-parts.ts";
import { RequestLimit } from "./request-limit.ts";
import { ATTEMPTS_MAX } from "./retry.ts";
import { type S3Options, S3Settings } from "./s3-settings.ts";
import { S3Store } from "./s3-store.ts";
import type { UploadStates } from "./upload-states.ts";

const MiB = 1024 * 1024;

/**
 * Bytes of file content in memory at a time: eight parts and 128 small files, or more of these. With them
 * the process stays below 200 MB.
 */
const BUFFERS = 72 * MiB;

export interface S3Access extends S3Options, ConnectionOptions {
  /** Remembers uploads in parts over restarts; undefined: an interrupted one is aborted. */
  states?: UploadStates | undefined;
  /** Attempts at one request; undefined: five. */
  attempts?: number;
  /** For tests. */
  clock?: Pick<ClientPorts, "now" | "sleep" | "random">;
}

/** Everything that buckets share: settings, connections, limits and buffers. */
export class S3 {
  readonly #ports: ClientPorts;
  readonly #states: UploadStates | undefined;
  readonly #disk = new Disk();
  readonly #reader = new PartReader();
  readonly #buffers = new BufferPool(BUFFERS);
  readonly #partSlots = new Budget(PARTS_AT_ONCE);

  /** Nothing is loaded, looked up or opened before it is needed. */
  constructor(access: S3Access = {}) {
    this.#states = access.states;
    this.#ports = {
      settings: new S3Settings(access),
      attempts: access.attempts ?? ATTEMPTS_MAX,
      connection: new Connection(access),
      limits: {
        small: new RequestLimit({ start: 128, low: 32, max: 256 }),
        large: new RequestLimit({ start: PARTS_AT_ONCE, low: PARTS_AT_ONCE, max: PARTS_AT_ONCE }),
      },
      ...(access.clock ?? { now: Date.now, sleep: (ms) => sleep(ms), random: Math.random }),
    };
  }

  /** @throws Error `Region is missing` */
  region(): Promise<string> {
    return this.#ports.settings.region();
  }

  store(bucket: string): ObjectStore {
    return new S3Store({
      client: new BucketClient(this.#ports, bucket),
      disk: this.#disk,
      reader: this.#reader,
      buffers: this.#buffers,
      partSlots: this.#partSlots,
      states: this.#states,
    });
  }
}
