// The agent's clients of AWS, wired as headnode/main.ts wires them: node agent-clients.cjs BUCKET KEY FILE
// writes FILE to S3, reads it back, and publishes an event.
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { newMachine } from "../../bucket/machine.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import { publishOnBus } from "../../headnode/jobs/publisher.ts";
import { messageOf } from "../../protocol/error.ts";

async function main(bucket: string, key: string, file: string): Promise<void> {
  const s3 = new S3({ machine: newMachine(), env: process.env });
  await s3.checkSettings();
  const store = s3.store(bucket);
  const body = readFileSync(file);
  await store.put(key, body);
  const got = await store.get(key);
  if (!got || !(await buffer(got.body)).equals(body))
    throw new Error("S3 gave something else back");
  const client = new EventBridgeClient(await s3.sdkClient());
  const publish = publishOnBus(client, "default");
  const [error] = await publish([
    {
      version: 1,
      bucket,
      prefix: key,
      submission: "s1",
      from: null,
      to: "JOB_SUBMIT",
      at: new Date().toISOString(),
    },
  ]);
  if (error) throw error;
}

const [bucket = "", key = "", file = ""] = process.argv.slice(2);
main(bucket, key, file).then(
  () => process.stdout.write("done\n"),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
