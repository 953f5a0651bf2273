import { writeRecord } from "../../bucket/job-objects/record.ts";
import { readStatus, writeStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import type { Outcome } from "../../protocol/outcome.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { State } from "../../protocol/state.ts";
import { CREDENTIALS, type Versitygw } from "../transfer/versitygw.ts";

/** The settings with which every client of these tests finds the bucket. */
export function settingsFor({ port }: Versitygw): Record<string, string> {
  return {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_EC2_METADATA_DISABLED: "true",
    CLOUD_SUBMIT_BUCKET: "bucket",
  };
}

/** The bucket of a server. */
export function storeOf(server: Versitygw): ObjectStore {
  return new S3({
    region: "us-east-1",
    endpointUrl: `http://127.0.0.1:${server.port}`,
    credentials: CREDENTIALS,
  }).store("bucket");
}

/** The text of an object; undefined: there is none. */
export async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const got = await store.get(key);
  if (!got) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of got.body) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}

/** Writes a state as the cloud side does. */
export async function say(store: ObjectStore, prefix: string, state: State): Promise<void> {
  const { submission } = (await readStatus(store, prefix)) ?? { submission: "s1" };
  await writeStatus(store, prefix, state, { submission });
}

/** Ends a job as the agent does: results, record, state. */
export async function endJob(
  store: ObjectStore,
  prefix: string,
  {
    state = "JOB_COMPLETE",
    outcome = "completed",
    results = {},
    more = {},
  }: {
    state?: State;
    outcome?: Outcome;
    results?: Record<string, string>;
    more?: Partial<JobRecord>;
  } = {},
): Promise<void> {
  const { submission } = (await readStatus(store, prefix)) ?? { submission: "s1" };
  for (const [path, body] of Object.entries(results)) await store.put(`${prefix}/${path}`, body);
  const record: JobRecord = { version: 1, prefix, submission, state, outcome, times: {}, ...more };
  await writeRecord(store, record);
  await writeStatus(store, prefix, state, { submission });
}
