import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newMachine } from "../../bucket/machine.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { BucketClient } from "../../bucket/s3/bucket-client.ts";
import { BufferPool } from "../../bucket/s3/buffer-pool.ts";
import { Connection } from "../../bucket/s3/connection.ts";
import { Lanes } from "../../bucket/s3/lanes/lanes.ts";
import { LargeTransfers } from "../../bucket/s3/large-transfers.ts";
import { Line } from "../../bucket/s3/line.ts";
import { RequestLimit } from "../../bucket/s3/request-limit.ts";
import { S3Settings } from "../../bucket/s3/s3-settings.ts";
import { S3Store } from "../../bucket/s3/s3-store.ts";
import type { UploadStates } from "../../bucket/s3/upload-states.ts";
import { S3Server } from "./s3-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { testClock } from "./test-clock.ts";

/** A store with two lanes that carry all files, and the number of connections that the main thread has opened. */
export interface LanedStore {
  store: ObjectStore;
  lanes: Lanes;
  line: Line;
  pace: SharedArrayBuffer;
  opened: () => number;
}

interface LanedOptions {
  states?: UploadStates;
  /** Of a lane; undefined: as the build has it. */
  program?: () => Promise<string | undefined>;
  /** Limit of rate; undefined: there is none. */
  bytesPerSecond?: number;
}

/** A laned store on a server of its own, and a folder with files. */
export interface LanedStage {
  server: S3Server;
  url: string;
  folder: string;
  laned: LanedStore;
}

/** @param files content by name */
export async function beginLaned(files: Readonly<Record<string, Buffer>>): Promise<LanedStage> {
  const server = new S3Server();
  const url = await server.start();
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return { server, url, folder, laned: lanedStore(url) };
}

export async function endLaned({
  server,
  laned,
}: Pick<LanedStage, "server" | "laned">): Promise<void> {
  laned.lanes.end();
  await server.stop();
}

/** A store on bucket `b` of a test's server. */
export function lanedStore(
  endpointUrl: string,
  { states, program, bytesPerSecond }: LanedOptions = {},
): LanedStore {
  const machine = newMachine();
  const { pace } = machine;
  const { bufferBytes, parts } = machine.limits;
  const large = new LargeTransfers(() => performance.now(), machine.limits);
  const line = new Line(undefined, undefined, large.crowds);
  let opened = 0;
  const lanes = new Lanes({
    max: 2,
    isFixed: true,
    line,
    settings: async () => ({
      ca: undefined,
      authorities: undefined,
      env: {},
      timeouts: undefined,
      rate: bytesPerSecond === undefined ? undefined : { bytesPerSecond, pace },
    }),
    ...(program && { program }),
  });
  const limit = () => new RequestLimit({ start: parts, low: parts, max: parts });
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  const settings = new S3Settings({ region: "us-east-1", credentials, endpointUrl });
  const rules = { attempts: 2, ridesOut: false, limits: { small: limit(), large: limit() } };
  const client = new BucketClient(
    {
      settings,
      connection: new Connection({ line, onOpen: () => void (opened += 1) }),
      disk: machine.disk,
      lanes,
      line,
      rules: async () => rules,
      ...testClock(),
    },
    "b",
  );
  const store = new S3Store({
    client,
    ...machine,
    buffers: new BufferPool(bufferBytes),
    large,
    states,
  });
  return { store, lanes, line, pace, opened: () => opened };
}
