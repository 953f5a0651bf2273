import type { Socket } from "node:net";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { MultipartUpload } from "../../../bucket/s3/multipart-upload.ts";
import { S3, type S3Access } from "../../../bucket/s3/s3.ts";
import type { Sink } from "../../../bucket/s3/s3-response.ts";
import { children, parseResponse } from "../../../bucket/s3/xml.ts";

/** How long a new connection to S3 took, in milliseconds, as far as it was seen: a proxy looks names up by itself. */
export interface ConnectionTimes {
  nameMs?: number;
  tcpMs?: number;
  tlsMs?: number;
}

/** An upload in parts. */
export type ProbeUpload = Pick<MultipartUpload, "id" | "put" | "parts" | "complete" | "abort">;

/** Requests of `doctor` to one bucket: each ends soon, whatever comes of it. */
export interface Probe {
  bucket: string;
  store: ObjectStore;
  /**
   * Reads an object.
   *
   * @param begin called for each attempt; takes the body as it comes
   * @returns the time that S3 says it is; undefined: it does not
   * @throws S3Error, and what the sink throws, which ends the request
   */
  read: (key: string, begin: () => Sink) => Promise<Date | undefined>;
  beginUpload: (key: string) => Promise<ProbeUpload>;
  /** Whether the bucket tells EventBridge what happens in it. @throws what S3 says */
  hasEvents: () => Promise<boolean>;
  /** The first connection's. */
  connection: () => ConnectionTimes;
}

/** Milliseconds. A request that the line lets through at all is answered by then. */
const TIMEOUTS = {
  connectionTimeout: 5_000,
  socketTimeout: 10_000,
  requestTimeout: 15_000,
};

/** An S3 that gives up soon, and probes of its buckets. */
export function probing(access: S3Access) {
  const connections: ConnectionTimes[] = [];
  const onOpen = (socket: Socket) => void connections.push(timesOf(socket));
  const s3 = new S3({ attempts: 2, timeouts: TIMEOUTS, ...access, onOpen });
  return { s3, probe: (bucket: string) => probeOf(s3, bucket, () => connections[0] ?? {}) };
}

function probeOf(s3: S3, bucket: string, connection: Probe["connection"]): Probe {
  const client = s3.client(bucket);
  return {
    bucket,
    store: s3.store(bucket),
    read: (key, begin) =>
      client.send({ method: "GET", key, limit: "large" }, async (response) => {
        await response.pipe(begin());
        return dateOf(response.headers);
      }),
    beginUpload: (key) => MultipartUpload.create(client, key, {}),
    hasEvents: () =>
      client.send(
        { method: "GET", query: { notification: "" }, limit: "small" },
        async (response) => {
          const found = parseResponse(await response.text(), "NotificationConfiguration", response);
          return children(found, "EventBridgeConfiguration").length > 0;
        },
      ),
    connection,
  };
}

/** The time of a header Date. */
export function dateOf({ date = "" }: Readonly<Record<string, string>>): Date | undefined {
  const time = Date.parse(date);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Filled as the connection is made. */
function timesOf(socket: Socket): ConnectionTimes {
  const times: ConnectionTimes = {};
  let last = performance.now();
  const note = (name: keyof ConnectionTimes) => () => {
    const now = performance.now();
    times[name] = now - last;
    last = now;
  };
  socket.once("lookup", note("nameMs"));
  socket.once("connect", note("tcpMs"));
  socket.once("secureConnect", note("tlsMs"));
  return times;
}
