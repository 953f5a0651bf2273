import type { Disk } from "../disk/disk.ts";
import { AddedHeaders } from "./added-headers.ts";
import { type AttemptPorts, type AttemptRules, Attempts } from "./attempts.ts";
import { type FileAnswer, FileCarrier, type FileWork, type Watch } from "./carry-file.ts";
import type { Connection } from "./connection.ts";
import { bucketEndpoint } from "./endpoint.ts";
import type { Lanes } from "./lanes/lanes.ts";
import { namedRegion } from "./named-region.ts";
import { hasRequestId, readsObject } from "./not-from-s3.ts";
import { type Outgoing, outgoing, sealed, type Target } from "./outgoing.ts";
import { mayBeExpiry, withExpiry } from "./possible-expiry.ts";
import { refusalIn } from "./refusal.ts";
import { refusalError } from "./refusal-error.ts";
import type { RequestLimit } from "./request-limit.ts";
import { isOverload, isSilence } from "./retry.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { S3Response } from "./s3-response.ts";
import type { S3Settings } from "./s3-settings.ts";
import { SignV4 } from "./sign-v4.ts";
import { TINY } from "./upload-window.ts";

/** Clocks closer than this are not the reason for a refusal; S3 tolerates 15 minutes. */
const SKEW_MIN_MS = 4 * 60_000;

/** Requests up to this size tell how far away the server is. */
const SMALL = 64 * 1024;

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

/** A target, and what signs requests to it. */
interface KnownTarget extends Target {
  signer: SignV4;
}

/** How an attempt was signed; without a region: it was not. */
type Signed = Partial<Pick<Outgoing, "at" | "region">>;

/** One attempt at a request. */
type Attempt<T> = (request: S3Request, limit: RequestLimit, sent: Signed) => Promise<T>;

/** Sends signed requests to one bucket, again when that may help. */
export class BucketClient {
  readonly bucket: string;
  readonly #ports: ClientPorts;
  readonly #carrier: FileCarrier;
  #region: string | undefined;
  /** Milliseconds that S3's clock is ahead of ours. */
  #skew = 0;
  #known: KnownTarget | undefined;
  #rules: RequestRules | undefined;
  /** Whether answers about objects have request ids. */
  #tellsIds = false;

  constructor(ports: ClientPorts, bucket: string) {
    this.#ports = ports;
    this.#carrier = new FileCarrier(ports.connection, ports.disk);
    this.bucket = bucket;
  }

  /** Distinguishes this bucket from one of the same name elsewhere. */
  async origin(): Promise<string> {
    const { endpoint } = await this.#target();
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
    const remedies = new Set<string>();
    for (;;) {
      const made = typeof request === "function" ? request() : request;
      const limit = limits[made.limit];
      const sent: Signed = {};
      try {
        return await limit.run(() => {
          if (ridesOut) line.check();
          const { length = bytes } = made.body ?? {};
          const begin = () => attempt(made, limit, sent);
          return length <= TINY ? begin() : line.uploads.run(length, begin, isSilence);
        }, isOverload);
      } catch (error) {
        const remedy = await this.#remedy(error, sent);
        // Each remedy is tried once; a second bucket region may follow from the first.
        if (remedy !== undefined && !remedies.has(remedy) && remedies.size < 3) {
          remedies.add(remedy);
          continue;
        }
        attempts ??= new Attempts(this.#ports, this.#rules);
        await attempts.next(await withExpiry(error, this.#ports.settings));
      }
    }
  }

  async #attempt<T>(
    request: S3Request,
    limit: RequestLimit,
    sent: Signed,
    read: (response: S3Response) => Promise<T>,
  ): Promise<T> {
    const target = await this.#target();
    const credentials = await this.#ports.settings.credentials();
    const out = this.#outgoing(target, request, sent);
    const wire = await sealed(out, request.body, credentials, target.signer);
    const began = performance.now();
    const socket = await this.#ports.connection.socket(out.origin);
    const response = await socket.send(wire);
    const host = { isAws: out.isAws, tellsIds: this.#tellsIds };
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
    const target = await this.#target();
    const credentials = await this.#ports.settings.credentials();
    const out = this.#outgoing(target, request, sent);
    const order = { request: out, tellsIds: this.#tellsIds, work };
    const here = () => this.#carrier.carry(order, credentials, watch);
    const { lanes } = this.#ports;
    const done = lanes ? await lanes.carry(order, credentials, watch.onBytes, here) : await here();
    if (done.refusal) throw refusalError(done.refusal, request, out.headers);
    const length = work.kind === "send" ? work.body.length : 0;
    this.#learn(request, limit, done.headers, done.ms, length);
    return done.headers;
  }

  #outgoing(target: Target, request: S3Request, sent: Signed): Outgoing {
    sent.at = this.#ports.now() + this.#skew;
    sent.region = target.region;
    return outgoing(target, request, sent.at);
  }

  /** Learns of an answer, which took so many milliseconds. @param bytes of a body that is not in the request */
  #learn(
    request: S3Request,
    limit: RequestLimit,
    headers: FileAnswer["headers"],
    ms: number,
    bytes = 0,
  ): void {
    this.#tellsIds ||= readsObject(request) && hasRequestId(headers);
    const length = Math.max(
      request.body?.length ?? bytes,
      request.method === "HEAD" ? 0 : Number(headers["content-length"] ?? 0),
    );
    if (request.limit === "small" && length <= SMALL) limit.learn(ms);
    else limit.recover();
  }

  /** Asked for each request: no promise once it is known. */
  #target(): KnownTarget | Promise<KnownTarget> {
    return this.#known ?? this.#findTarget();
  }

  async #findTarget(): Promise<KnownTarget> {
    const { settings } = this.#ports;
    const region = this.#region ?? (await settings.region());
    const endpoint = bucketEndpoint(this.bucket, await settings.endpoint(region));
    const added = new AddedHeaders(await settings.requests(), endpoint);
    const target = { region, endpoint, signer: new SignV4(region), added };
    // Another request may have learned the region meanwhile.
    if (region === (this.#region ?? region)) this.#known = target;
    return target;
  }

  /** Corrects the cause of a refusal where possible; returns which one. */
  async #remedy(error: unknown, { at, region }: Signed): Promise<string | undefined> {
    if (!(error instanceof S3Error)) return undefined;
    const { httpStatusCode: status } = error.$metadata;
    if (status === 301 || status === 307 || status === 400) {
      const named = await namedRegion(error, this.#ports.settings);
      // Another request, side by side with this one, may have learned it by now.
      if (named !== undefined && named !== region) {
        if (named !== this.#region) this.#known = undefined;
        this.#region = named;
        return `region ${named}`;
      }
    }
    if (status === 403 && at !== undefined && this.#correctClock(error, at)) return "clock";
    if (error.name === "ExpiredToken" || (await mayBeExpiry(error, this.#ports.settings))) {
      await this.#ports.settings.credentials(true);
      return "credentials";
    }
    return undefined;
  }

  /** Responses to HEAD do not say why they are 403: the clocks do. */
  #correctClock(error: S3Error, signedAt: number): boolean {
    if (!["RequestTimeTooSkewed", "AccessDenied", "RequestExpired"].includes(error.name))
      return false;
    const theirs = Date.parse(error.headers.date ?? "");
    if (!(Math.abs(theirs - signedAt) > SKEW_MIN_MS)) return false;
    this.#skew = theirs - this.#ports.now();
    return true;
  }
}
