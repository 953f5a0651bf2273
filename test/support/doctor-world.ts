import type { ServerResponse } from "node:http";
import type { S3Access } from "../../bucket/s3/s3.ts";
import { parseFlags } from "../../cli/parse-flags.ts";
import type { Check } from "../../cli/verbs/doctor/check.ts";
import type { DoctorContext } from "../../cli/verbs/doctor/context.ts";
import { doctorVerb } from "../../cli/verbs/doctor/description.ts";
import { doctor, doctorOutput } from "../../cli/verbs/doctor/doctor.ts";
import { probing } from "../../cli/verbs/doctor/probe.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { heartbeatText } from "./heartbeat.ts";
import { scriptFolder } from "./job-folder.ts";
import { s3Scene } from "./s3-over.ts";
import { fail, type SeenRequest } from "./s3-server.ts";
import { testContext } from "./test-ui.ts";

/** The action of IAM that a request needs. Source: Service Authorization Reference, "Amazon S3". */
export function actionOf({ method, key, query }: SeenRequest): string {
  if (query.has("notification")) return "s3:GetBucketNotification";
  if (key === "") return "s3:ListBucket";
  const isUpload = query.has("uploadId");
  if (method === "DELETE") return isUpload ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
  if (method === "GET") return isUpload ? "s3:ListMultipartUploadParts" : "s3:GetObject";
  return "s3:PutObject";
}

/** As S3 answers GetBucketNotificationConfiguration. */
function notifications(hasEvents: boolean): string {
  const inner = hasEvents ? "<EventBridgeConfiguration/>" : "";
  return `<?xml version="1.0"?>\n<NotificationConfiguration>${inner}</NotificationConfiguration>`;
}

/**
 * A world for `doctor` in which all is well: a bucket in memory for its jobs, and for its own requests an S3 on a socket,
 * whose clock is the test's.
 */
export function doctorScene() {
  const scene = s3Scene();
  return async (changes: Partial<DoctorContext> = {}, more: S3Access = {}) => {
    const { context, store, out, err, clock } = testContext({ json: true });
    await store.put(HEARTBEAT_KEY, heartbeatText());
    const { server, url: endpointUrl } = scene;
    let ticks = 0;
    const world = {
      context,
      store,
      server,
      clock,
      out,
      err,
      /** Whether the bucket tells EventBridge what happens in it. */
      hasEvents: true,
      /** Actions that the policy does not allow. */
      denied: [] as string[],
      /** Seconds that this machine is ahead of S3. */
      ahead: 0,
      /** Answers a request as a test wants; true: it did. */
      intercept: (_seen: SeenRequest, _response: ServerResponse): boolean | Promise<boolean> =>
        false,
      async examine(flags: object = {}) {
        const code = await doctor(doctorContext, parseFlags(doctorVerb.flags, flags));
        const { checks, broken, notChecked } = doctorOutput.parse(JSON.parse(out.at(-1) ?? ""));
        const find = (name: string): Check | undefined => checks.find((one) => one.name === name);
        return { code, checks, broken, notChecked, find };
      },
    };
    server.intercept = async (seen, response) => {
      response.setHeader("date", new Date(clock.ms - world.ahead * 1000).toUTCString());
      if (world.denied.includes(actionOf(seen))) fail(response, 403, "AccessDenied");
      else if (await world.intercept(seen, response)) return true;
      else if (!seen.query.has("notification")) return false;
      else response.end(notifications(world.hasEvents));
      return true;
    };
    const access = {
      region: "us-east-1",
      endpointUrl,
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
      clock: {
        now: () => clock.ms,
        elapsed: () => 0,
        sleep: async () => undefined,
        random: () => 1,
      },
      ...more,
    };
    const doctorContext: DoctorContext = {
      ...context,
      version: "1.2.3",
      nodeVersion: "20.20.2",
      jobs: async () => context,
      identity: async () => ({ account: "1", arn: "arn:aws:iam::1:user/taro" }),
      inEffect: async () => [],
      region: async () => "eu-west-1",
      waysToAws: async () => ({ ways: [], certificates: undefined }),
      probe: async () => probing(access).probe("b"),
      // On a line so slow, little is sent.
      elapsed: () => (ticks += 400),
      managedNodes: async () => [],
      withNullJob: (use) => use(scriptFolder()),
      ...changes,
    };
    return world;
  };
}
