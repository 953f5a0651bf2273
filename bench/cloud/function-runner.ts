import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { objectCreatedEvent } from "./object-created-event.ts";

// function-runner BUNDLE BUCKET: calls a function's bundle for each key that comes in on a line, as many at
// once as come, in one process: what Lambda does with many. The emulator starts a Node.js for each.
const [, , bundle = "", bucket = ""] = process.argv;
const { handler } = createRequire(bundle)(bundle) as {
  handler: (event: object, context: object) => Promise<unknown>;
};

async function main(): Promise<void> {
  let failures = 0;
  const running: Promise<void>[] = [];
  for await (const key of createInterface(process.stdin)) {
    const id = randomUUID();
    const context = { awsRequestId: id, functionName: "dispatch" };
    running.push(
      handler(objectCreatedEvent(id, bucket, key), context).then(
        () => undefined,
        (error: unknown) => {
          failures += 1;
          process.stderr.write(`${key}: ${String(error)}\n`);
        },
      ),
    );
  }
  await Promise.all(running);
  process.exit(failures === 0 ? 0 : 1);
}

void main();
