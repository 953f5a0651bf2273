import { proxyRefusal } from "../network/tunnel.ts";
import { actionOf } from "./action-of.ts";
import { AddedHeaders } from "./added-headers.ts";
import { type AttemptPorts, type AttemptRules, Attempts } from "./attempts.ts";
import type { Connection } from "./connection.ts";
import { encodeCrc32 } from "./crc32.ts";
import { CUSTOMER_KEY } from "./customer-key.ts";
import { type BucketEndpoint, bucketEndpoint } from "./endpoint.ts";
import { errorResponse } from "./error-response.ts";
import { canonicalQuery, escapeKey } from "./escape-uri.ts";
import type { WireRequest } from "./http1/wire-request.ts";
import { namedRegion } from "./named-region.ts";
import { hasRequestId, isForeign, readsObject } from "./not-from-s3.ts";
import { payloadHash } from "./payload-hash.ts";
import { mayBeExpiry, withExpiry } from "./possible-expiry.ts";
import type { RequestBody } from "./request-body.ts";
import { requestHead } from "./request-head.ts";
import type { RequestLimit } from "./request-limit.ts";
import { isOverload, isSilence } from "./retry.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Response } from "./s3-response.ts";
import type { S3Settings } from "./s3-settings.ts";
import { SignV4 } from "./sign-v4.ts";

/** Clocks closer than this are not the reason for a refusal; S3 tolerates 15 minutes. */
const SKEW_MIN_MS = 4 * 60_000;

/** As many bodies of this size as there may be are through in time on any line. */
const TINY = 16 * 1024;

/** Requests up to this size tell how far away the server is. */
const SMALL = 64 * 1024;

/** A request for a bucket, before it is signed. */
export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** undefined: the bucket itself. */
  key?: string;
  query?: Record<string, string>;
  /** Names in lower case; undefined: none. */
  headers?: Record<string, string | undefined>;
  body?: RequestBody;
  /** It makes an object, and not a part of one: settings say how S3 is to keep it. */
  makes?: true;
  /** Which of the limits it counts in. */
  limit: "small" | "large";
}

/** How often a request is tried, and how many are under way. */
export interface RequestRules extends AttemptRules {
  limits: Readonly<Record<S3Request["limit"], RequestLimit>>;
}

export interface ClientPorts extends AttemptPorts {
  settings: S3Settings;
  connection: Connection;
  /** The same ones each time; settings may have to be read first. */
  rules: () => Promise<RequestRules>;
}

/** Where requests go, and what signs them. */
interface Target {
  region: string;
  endpoint: BucketEndpoint;
  sign: SignV4;
  /** Headers beside the host. */
  added: AddedHeaders;
}

/** How an attempt was signed. */
interface Signed {
  /** Milliseconds since 1970, by S3's clock. */
  at: number;
  region: string | undefined;
}

/** Sends signed requests to one bucket, again when that may help. */
export class BucketClient {
  readonly bucket: string;
  readonly #ports: ClientPorts;
  #region: string | undefined;
  /** Milliseconds that S3's clock is ahead of ours. */
  #skew = 0;
  #known: Target | undefined;
  #rules: RequestRules | undefined;
  /** Whether answers about objects have request ids. */
  #tellsIds = false;

  constructor(ports: ClientPorts, bucket: string) {
    this.#ports = ports;
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
  async send<T>(
    request: S3Request | (() => S3Request),
    read: (response: S3Response) => Promise<T>,
  ): Promise<T> {
    this.#rules ??= await this.#ports.rules();
    const { limits, ridesOut } = this.#rules;
    const { line } = this.#ports;
    let attempts: Attempts | undefined;
    const remedies = new Set<string>();
    for (;;) {
      const made = typeof request === "function" ? request() : request;
      const limit = limits[made.limit];
      const sent: Signed = { at: 0, region: undefined };
      const attempt = () => this.#attempt(made, limit, sent, read);
      try {
        return await limit.run(() => {
          if (ridesOut) line.check();
          const { length = 0 } = made.body ?? {};
          return length <= TINY ? attempt() : line.uploads.run(length, attempt, isSilence);
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
    const wire = await this.#signed(request, sent);
    const began = performance.now();
    const socket = await this.#ports.connection.socket(wire.origin);
    const response = await socket.send(wire);
    const { status } = response;
    const { isAws } = wire;
    const isOthers = isForeign(response, request, { isAws, tellsIds: this.#tellsIds });
    if (status >= 300 || isOthers) {
      const error = errorResponse(response, await response.beginning(), isOthers);
      error.action = actionOf(request);
      error.hadKey = wire.head.includes(CUSTOMER_KEY);
      const { forward } = socket;
      const isProxys = status === 407 || (status >= 400 && error.name === "NotFromS3");
      throw forward && isProxys ? proxyRefusal(forward.proxy, status) : error;
    }
    this.#tellsIds ||= readsObject(request) && hasRequestId(response.headers);
    const length = Math.max(
      request.body?.length ?? 0,
      request.method === "HEAD" ? 0 : Number(response.headers["content-length"] ?? 0),
    );
    // There is nothing to read, but only a response that was read to its end frees its connection.
    if (request.method === "HEAD") await response.discard();
    const result = await read(response).catch((error: unknown) => {
      response.cancel();
      throw error;
    });
    if (request.limit === "small" && length <= SMALL) limit.learn(performance.now() - began);
    else limit.recover();
    return result;
  }

  async #signed(
    request: S3Request,
    sent: Signed,
  ): Promise<WireRequest & Pick<BucketEndpoint, "origin" | "isAws">> {
    const target = await this.#target();
    const { region, endpoint, sign } = target;
    const { method, key, query, body } = request;
    const path =
      key === undefined
        ? endpoint.pathPrefix.replace(/(.)\/$/, "$1")
        : endpoint.pathPrefix + escapeKey(key);
    // A literal, to which the rest is added: a copy of an object makes signing twice as slow.
    const headers: Record<string, string> = { host: endpoint.host };
    const added = target.added.of(request);
    for (const name in added) headers[name] = added[name] as string;
    if (body !== undefined) {
      headers["content-length"] = String(body.length);
      // The full object's stands for the parts when an upload is completed.
      if (method === "PUT") headers["x-amz-checksum-crc32"] = encodeCrc32(body.crc32);
    }
    for (const name in request.headers) {
      const value = request.headers[name];
      if (value !== undefined) headers[name] = value;
    }
    const search = query === undefined ? "" : canonicalQuery(query);
    const hash = payloadHash(body, endpoint);
    const payload = typeof hash === "string" ? hash : await hash;
    const credentials = await this.#ports.settings.credentials();
    sent.at = this.#ports.now() + this.#skew;
    sent.region = region;
    const signable = { method, path, query: search, headers, payload };
    sign.sign(signable, credentials, sent.at);
    headers["user-agent"] = "cloud-submit";
    return {
      origin: endpoint.origin,
      isAws: endpoint.isAws,
      method,
      head: requestHead(method, search === "" ? path : `${path}?${search}`, headers),
      body: body === undefined || body.length === 0 ? undefined : body.content(),
      length: body?.length ?? 0,
    };
  }

  /** Asked for each request: no promise once it is known. */
  #target(): Target | Promise<Target> {
    return this.#known ?? this.#findTarget();
  }

  async #findTarget(): Promise<Target> {
    const { settings } = this.#ports;
    const region = this.#region ?? (await settings.region());
    const endpoint = bucketEndpoint(this.bucket, await settings.endpoint(region));
    const added = new AddedHeaders(await settings.requests(), endpoint);
    const target = { region, endpoint, sign: new SignV4(region), added };
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
    if (status === 403 && this.#correctClock(error, at)) return "clock";
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
