import type { AwsCredentialIdentity } from "@smithy/types";
import type { Arrival } from "../arriving-file.ts";
import type { FileAnswer, FileOrder } from "../carry-file.ts";
import type { FileBody } from "../file-body.ts";
import type { RangeState } from "../read-range.ts";
import type { S3Timeouts } from "../s3-timeouts.ts";
import type { ErrorData } from "./error-data.ts";

/** Settings of a lane's connections. */
export interface LaneSettings {
  /** Certificates to trust in place of the system's, PEM. */
  ca: string | undefined;
  /** The setting and file that they are from. */
  authorities: string | undefined;
  /** Names the proxies. */
  env: Readonly<Record<string, string>>;
  timeouts: S3Timeouts | undefined;
  /** The limit of rate for all threads together; undefined: there is none. */
  rate: { bytesPerSecond: number; pace: SharedArrayBuffer } | undefined;
}

/** Orders for a lane: several in one message, which costs more than what it says. */
export interface ToLane {
  /** For these orders and those that come; undefined: the same as before. */
  credentials: AwsCredentialIdentity | undefined;
  orders: { id: number; order: FileOrder }[];
}

/** How far an order has come when its attempt ended. */
export interface LaneOutcome {
  id: number;
  /** undefined: the attempt failed. */
  answer: FileAnswer | undefined;
  error: ErrorData | undefined;
  /** Of the body, if it was read. */
  read: Pick<FileBody, "crc32" | "stats"> | undefined;
  range: RangeState | undefined;
  /** Of the file that was to be made. */
  arrival: Arrival | undefined;
}

/** News from a lane: several in one message. */
export interface FromLane {
  /** Bytes that came from S3 since the last message. */
  heard: number;
  /** Bytes of bodies that the system has taken since. */
  sent: number;
  /** Milliseconds of the connection that was made quickest since; undefined: none was. */
  connectedMs: number | undefined;
  /** Milliseconds in which nothing came although it was waited for; undefined: there is no such time. */
  silentMs: number | undefined;
  /** Bytes that orders have brought since the last message. */
  bytes: { id: number; bytes: number }[];
  done: LaneOutcome[];
}
