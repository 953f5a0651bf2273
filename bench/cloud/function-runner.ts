import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { objectCreatedEvent } from "./object-created-event.ts";

// function-runner BUNDLE BUCKET: calls a function's bundle for each key that comes in on a line, some at once,
// in one process: what Lambda does with many. The emulator starts a Node.js for each.
const [, , bundle = "", bucket = ""] = process.argv;
const { handler } = createRequire(bundle)(bundle) as {
  handler: (event: object, context: object) => Promise<unknown>;
};

/** With more, connections to the emulated services would wait for longer than their time-outs. */
const AT_ONCE = 32;

async function main(): Promise<void> {
  let failures = 0;
  const call = async (key: string) => {
    const id = randomUUID();
    const context = { awsRequestId: id, functionName: "dispatch" };
    try {
      await handler(objectCreatedEvent(id, bucket, key), context);
    } catch (error) {
      failures += 1;
      process.stderr.write(`${key}: ${String(error)}\n`);
    }
  };
  await eachBounded(createInterface(process.stdin), AT_ONCE, call);
  process.exit(failures === 0 ? 0 : 1);
}

void main();
