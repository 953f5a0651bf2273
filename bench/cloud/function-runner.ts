import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { objectCreatedEvent } from "./object-created-event.ts";

type Handler = (event: object, context: object) => Promise<unknown>;

/**
 * Instances of the function. Each has to warm up, and they share this machine, while those of Lambda have one each: more of
 * them would be slower.
 */
const INSTANCES = 4;

// function-runner BUNDLE BUCKET: calls a function's bundle for each key that comes in on a line. As in Lambda, an instance
// works on one event at a time, and keeps in memory what it has; they are in one process here, each with a bundle of its
// own. The emulator starts a Node.js for each event.
const [, , bundle = "", bucket = ""] = process.argv;

/** A further instance: the bundle is run anew. */
function instance(): Handler {
  const require = createRequire(bundle);
  delete require.cache[require.resolve(bundle)];
  return (require(bundle) as { handler: Handler }).handler;
}

async function main(): Promise<void> {
  const idle = Array.from({ length: INSTANCES }, instance);
  let failures = 0;
  const call = async (key: string) => {
    const id = randomUUID();
    const context = { awsRequestId: id, functionName: "dispatch" };
    // The one that was at work last comes first, so that one that is not needed stays idle.
    const handler = idle.pop();
    if (!handler) throw new Error("more calls than instances");
    try {
      await handler(objectCreatedEvent(id, bucket, key), context);
    } catch (error) {
      failures += 1;
      process.stderr.write(`${key}: ${String(error)}\n`);
    } finally {
      idle.push(handler);
    }
  };
  await eachBounded(createInterface(process.stdin), INSTANCES, call);
  process.exit(failures === 0 ? 0 : 1);
}

void main();
