import type { Disk } from "../disk/disk.ts";
import type { Owner } from "../flow/budget.ts";
import { type AttemptPorts, type AttemptRules, Attempts } from "./attempts.ts";
import { BucketTarget, type Signed } from "./bucket-target.ts";
import { type FileAnswer, FileCarrier, type FileWork, type Watch } from "./carry-file.ts";
import type { Connection } from "./connection.ts";
import type { Lanes } from "./lanes/lanes.ts";
import { hasRequestId, readsObject } from "./not-from-s3.ts";
import { sealed } from "./outgoing.ts";
import { withExpiry } from "./possible-expiry.ts";
import { refusalIn } from "./refusal.ts";
import { refusalError } from "./refusal-error.ts";
import type { RequestLimit } from "./request-limit.ts";
import { givenUp, isOverload, isSilence } from "./retry.ts";
import type { S3Request } from "./s3-request.ts";
import type { S3Response } from "./s3-response.ts";
import type { S3Settings } from "./s3-settings.ts";
import { TINY } from "./upload-window.ts";

/** Requests up to this size tell how far away the server is. */
const SMALL = 64 * 1024;

/** Small files under way for each request: one is read or put into its place while another one is carried. */
const AHEAD = 2;

/** How often a request is tried, and how many are under way. */
export interface RequestRules extends AttemptRules {
  limits: Readonly<Record<S3Request["limit"], RequestLimit>>;
}

export interface ClientPorts extends AttemptPorts {
  settings: S3Settings;
  connection: Connection;
  disk: Disk;
  /** Threads that carry files beside this one; undefined: there are none. */
  lanes?: Lanes | undefined;
  /** The same ones each time; settings may have to be read first. */
  rules: () => Promise<RequestRules>;
}

/** One attempt at a request. */
type Attempt<T> = (request: S3Request, limit: RequestLimit, sent: Signed) => Promise<T>;

/** Sends signed requests to one bucket, again when that may help. */
export class BucketClient {
  /** Whose requests these are: where limits are reached, each owner has its turn. */
  readonly owner: Owner;
  readonly #ports: ClientPorts;
  readonly #target: BucketTarget;
  readonly #carrier: FileCarrier;
  #rules: RequestRules | undefined;
  #isGivenUp = false;

  /** @param bucket its name, or what other clients of it have learned, too */
  constructor(ports: ClientPorts, bucket: string | BucketTarget, owner?: Owner) {
    this.#ports = ports;
    this.#target = typeof bucket === "string" ? new BucketTarget(ports, bucket) : bucket;
    this.#carrier = new FileCarrier(ports.connection, ports.disk);
    this.owner = owner;
  }

  /** The same for one transfer, as ObjectStore.forTransfer. */
  forTransfer(): BucketClient {
    return new BucketClient(this.#ports, this.#target, this.owner);
  }

  /** As ObjectStore.giveUp. */
  giveUp(): void {
    this.#isGivenUp = true;
  }

  get bucket(): string {
    return this.#target.bucket;
  }

  /** Distinguishes this bucket from one of the same name elsewhere. */
  async origin(): Promise<string> {
    const { endpoint } = await this.#target.find();
    return endpoint.origin + endpoint.pathPrefix;
  }

  /** As RequestSettings.keptAs. */
  async keptAs(): Promise<string> {
    return (await this.#ports.settings.requests()).keptAs;
  }

  /**
   * Sends a request and reads its response, both again after failures that are no refusal.
   *
   * @param request made anew for each attempt
   * @param read reads the response of an attempt; it may throw S3Error to have it repeated
   * @throws S3Error
   */
  send<T>(
    request: S3Request | (() => S3Request),
    read: (response: S3Response) => Promise<T>,
  ): Promise<T> {
    return this.#repeated(request, (made, limit, sent) => this.#attempt(made, limit, sent, read));
  }

  /**
   * The same for a request that sends bytes of a file, or reads some into one: by a thread beside this one, where that helps.
   *
   * @param watch bytes that are repeated count again
   * @returns the headers of the answer
   * @throws S3Error; FileError, and what the disk says
   */
  transfer(
    request: S3Request | (() => S3Request),
    work: FileWork,
    watch: Watch = { onBytes: () => {} },
  ): Promise<FileAnswer["headers"]> {
    const length = work.kind === "send" ? work.body.length : 0;
    const attempt: Attempt<FileAnswer["headers"]> = (made, limit, sent) =>
      this.#carry(made, limit, sent, work, watch);
    return this.#repeated(request, attempt, length);
  }

  /** Runs `task`, which carries a file of so many bytes by many requests. */
  whole<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    const { lanes } = this.#ports;
    return lanes ? lanes.during(bytes, task) : task();
  }

  /** As ObjectStore.clock. */
  clock(): Date | undefined {
    return this.#target.clock();
  }

  /** As ObjectStore.smallAtOnce. */
  smallAtOnce(): number {
    return AHEAD * (this.#rules?.limits.small.limit ?? Number.POSITIVE_INFINITY);
  }

  /** As ObjectStore.expect. */
  expect(files: number, bytes: number): void {
    this.#ports.lanes?.expect(files, bytes);
  }

  /** @param bytes of a body that is not in the request */
  async #repeated<T>(
    request: S3Request | (() => S3Request),
    attempt: Attempt<T>,
    bytes = 0,
  ): Promise<T> {
    this.#rules ??= await this.#ports.rules();
    const { limits, ridesOut } = this.#rules;
    const { line } = this.#ports;
    let attempts: Attempts | undefined;
    let remedies: Set<string> | undefined;
    for (;;) {
      const made = typeof request === "function" ? request() : request;
      const limit = limits[made.limit];
      const sent: Signed = {};
      try {
        const begin = () => {
          if (this.#isOver(made)) throw givenUp();
          if (ridesOut) line.check();
          const length = made.body?.length ?? bytes;
          if (length <= TINY) return attempt(made, limit, sent);
          return line.uploads.run(length, () => attempt(made, limit, sent), isSilence, this.owner);
        };
        return await limit.run(begin, isOverload, this.owner, attempts?.rank);
      } catch (error) {
        if (this.#isOver(made)) throw error;
        const remedy = await this.#target.remedy(error, sent);
        // Each remedy is tried once; a second bucket region may follow from the first.
        remedies ??= new Set();
        if (remedy !== undefined && !remedies.has(remedy) && remedies.size < 3) {
          remedies.add(remedy);
          continue;
        }
        attempts ??= new Attempts(this.#ports, this.#rules);
        await attempts.next(await withExpiry(error, this.#ports.settings));
      }
    }
  }

  /** Whether it is not to be sent any more. A removal is: something begun must not stay because all has failed. */
  #isOver({ method }: S3Request): boolean {
    return this.#isGivenUp && method !== "DELETE";
  }

  async #attempt<T>(
    request: S3Request,
    limit: RequestLimit,
    sent: Signed,
    read: (response: S3Response) => Promise<T>,
  ): Promise<T> {
    const target = await this.#target.find();
    const credentials = await this.#ports.settings.credentials();
    const out = this.#target.outgoing(target, request, sent);
    const wire = await sealed(out, request.body, credentials, target.signer);
    const began = performance.now();
    const socket = await this.#ports.connection.socket(out.origin);
    const response = await socket.send(wire);
    const host = { isAws: out.isAws, tellsIds: this.#target.tellsIds };
    const refusal = await refusalIn(response, out, host, socket.forward);
    if (refusal) throw refusalError(refusal, request, out.headers);
    // There is nothing to read, but only a response that was read to its end frees its connection.
    if (request.method === "HEAD") await response.discard();
    const result = await read(response).catch((error: unknown) => {
      response.cancel();
      throw error;
    });
    this.#learn(request, limit, response.headers, performance.now() - began);
    return result;
  }

  async #carry(
    request: S3Request,
    limit: RequestLimit,
    sent: Signed,
    work: FileWork,
    watch: Watch,
  ): Promise<FileAnswer["headers"]> {
    const finding = this.#target.find();
    const target = finding instanceof Promise ? await finding : finding;
    const asking = this.#ports.settings.credentials();
    const credentials = asking instanceof Promise ? await asking : asking;
    const out = this.#target.outgoing(target, request, sent);
    const order = { request: out, tellsIds: this.#target.tellsIds, work };
    const here = () => this.#carrier.carry(order, credentials, watch);
    const { lanes } = this.#ports;
    watch.onBegin?.();
    const done = lanes ? await lanes.carry(order, credentials, watch.onBytes, here) : await here();
    if (done.refusal) throw refusalError(done.refusal, request, out.headers);
    const length = work.kind === "send" ? work.body.length : 0;
    this.#learn(request, limit, done.headers, done.ms, length);
    return done.headers;
  }

  /** Learns of an answer, which took so many milliseconds. @param bytes of a body that is not in the request */
  #learn(
    request: S3Request,
    limit: RequestLimit,
    headers: FileAnswer["headers"],
    ms: number,
    bytes = 0,
  ): void {
    this.#target.heard(headers.date);
    this.#target.tellsIds ||= readsObject(request) && hasRequestId(headers);
    const length = Math.max(
      request.body?.length ?? bytes,
      request.method === "HEAD" ? 0 : Number(headers["content-length"] ?? 0),
    );
    if (request.limit === "small" && length <= SMALL) limit.learn(ms);
    else limit.recover();
  }
}
