import { AddedHeaders } from "./added-headers.ts";
import type { AttemptPorts } from "./attempts.ts";
import { bucketEndpoint } from "./endpoint.ts";
import { namedRegion } from "./named-region.ts";
import { type Outgoing, outgoing, type Target } from "./outgoing.ts";
import { mayBeExpiry } from "./possible-expiry.ts";
import { S3Error } from "./s3-error.ts";
import type { S3Request } from "./s3-request.ts";
import type { S3Settings } from "./s3-settings.ts";
import { SignV4 } from "./sign-v4.ts";

/** Clocks closer than this are not the reason for a refusal; S3 tolerates 15 minutes. */
const SKEW_MIN_MS = 4 * 60_000;

export interface TargetPorts extends Pick<AttemptPorts, "now"> {
  settings: S3Settings;
}

/** A target, and what signs requests to it. */
interface KnownTarget extends Target {
  signer: SignV4;
}

/** How an attempt was signed; without a region: it was not. */
export type Signed = Partial<Pick<Outgoing, "at" | "region">>;

/** Where a bucket is, and by which clock, as far as its answers have told: all of its clients share it. */
export class BucketTarget {
  readonly bucket: string;
  /** Whether answers about objects have request ids. */
  tellsIds = false;
  readonly #ports: TargetPorts;
  #region: string | undefined;
  /** Milliseconds that S3's clock is ahead of ours, as far as a refusal has told. */
  #skew = 0;
  /** The `Date` of the last answer, and when it came, by our clock. */
  #heard: { date: string; at: number } | undefined;
  #known: KnownTarget | undefined;

  constructor(ports: TargetPorts, bucket: string) {
    this.#ports = ports;
    this.bucket = bucket;
  }

  /** Asked for each request: no promise once it is known. */
  find(): KnownTarget | Promise<KnownTarget> {
    return this.#known ?? this.#find();
  }

  /** A request as it goes there now; notes how it is signed. */
  outgoing(target: Target, request: S3Request, sent: Signed): Outgoing {
    sent.at = this.#ports.now() + this.#skew;
    sent.region = target.region;
    return outgoing(target, request, sent.at);
  }

  /** An answer of S3 has come, with this header `Date`. */
  heard(date: string | undefined): void {
    if (date !== undefined) this.#heard = { date, at: this.#ports.now() };
  }

  /** As ObjectStore.clock. */
  clock(): Date | undefined {
    if (!this.#heard) return undefined;
    const { date, at } = this.#heard;
    const time = Date.parse(date) + this.#ports.now() - at;
    return Number.isNaN(time) ? undefined : new Date(time);
  }

  /** Corrects the cause of a refusal where possible; returns which one. */
  async remedy(error: unknown, { at, region }: Signed): Promise<string | undefined> {
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

  async #find(): Promise<KnownTarget> {
    const { settings } = this.#ports;
    const region = this.#region ?? (await settings.region());
    const endpoint = bucketEndpoint(this.bucket, await settings.endpoint(region));
    const added = new AddedHeaders(await settings.requests(), endpoint);
    const target = { region, endpoint, signer: new SignV4(region), added };
    // Another request may have learned the region meanwhile.
    if (region === (this.#region ?? region)) this.#known = target;
    return target;
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
