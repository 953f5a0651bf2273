import * as z from "zod";
import { makePrefix } from "../../../protocol/prefix.ts";
import type { Context } from "../../context.ts";
import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import { EXIT } from "../../errors/exit-code.ts";
import { agentHeartbeat } from "../../jobs/agent-heartbeat.ts";
import { checkPrefix } from "../../jobs/check-prefix.ts";
import type { Line } from "../../ui/line.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { checkAgent } from "./agent-check.ts";
import { checkBucket, checkEvents } from "./bucket-checks.ts";
import { type Check, checkName, checkSchema, notChecked } from "./check.ts";
import type { Identity } from "./clients.ts";
import { type DoctorContext, realDoctorContext } from "./context.ts";
import type { doctorVerb } from "./description.ts";
import { checkJob, mayRunJob } from "./job-check.ts";
import { checkLatency } from "./latency-check.ts";
import { checkNetwork } from "./network-check.ts";
import { checkObjects } from "./object-checks.ts";
import { checkOwnPrefix } from "./own-prefix-check.ts";
import { checkParts } from "./part-checks.ts";
import type { Probe } from "./probe.ts";
import { type Finding, isOfTheWay, problem } from "./problem.ts";
import { Scratch } from "./scratch.ts";
import { checkSsm } from "./ssm-check.ts";

type DoctorFlags = FlagsOf<typeof doctorVerb>;

/** Output of `doctor --json`. */
export const doctorOutput = z.object({
  checks: z.array(checkSchema),
  broken: z.int().nonnegative().describe("how many checks found something broken"),
  notChecked: z.array(checkName).describe("checks behind a broken one"),
});

/** The oldest Node.js that this runs on, as in package.json. */
const NODE_MIN = [20, 15] as const;

/**
 * `doctor`: looks at everything that a job needs, one after the other, and says what to do about what is wrong.
 *
 * @returns the exit code: 1 when something is broken
 */
export async function doctor(context: DoctorContext, flags: DoctorFlags): Promise<number> {
  if (flags.prefix !== undefined) checkPrefix(flags.prefix);
  const checks: Check[] = [];
  for await (const { isCut: _, ...check } of examine(context, flags)) {
    // It ends when it is tidied up.
    if (context.interrupt.signal.aborted) return EXIT.interrupted;
    context.live.clear();
    checks.push(check);
    if (!context.json) for (const line of checkLines(context, check)) context.out(line);
    context.live.show(context.say("doctor.looking"));
  }
  context.live.clear();
  const broken = checks.filter(({ verdict }) => verdict === "broken").length;
  const behind = notChecked(checks, flags.deep === true);
  if (context.json) context.out(JSON.stringify({ checks, broken, notChecked: behind }));
  else {
    if (behind.length > 0)
      context.out([
        MARK.unknown,
        ` ${context.say("doctor.notChecked", { names: behind.join(", ") })}`,
      ]);
    context.out(broken === 0 ? context.say("doctor.good") : context.say("doctor.bad", { broken }));
  }
  return broken === 0 ? EXIT.ok : EXIT.jobFailed;
}

/** The checks in order; ends early where a failure makes the rest useless. */
async function* examine(context: DoctorContext, flags: DoctorFlags): AsyncGenerator<Finding> {
  const { say } = context;
  yield checkNode(context);
  const user = yield* checkCredentials(context);
  let jobs: Context;
  try {
    jobs = await context.jobs();
  } catch (error) {
    const detail = wordsOf(say, awsError(error));
    return yield { name: "settings", verdict: "broken", detail, fix: "cloud-submit init" };
  }
  try {
    const bucket = say("doctor.settings", { bucket: jobs.bucket });
    const detail = [bucket, ...(await context.inEffect())].join(", ");
    yield { name: "settings", verdict: "ok", detail };
  } catch (error) {
    // It says itself what to give.
    return yield { name: "settings", verdict: "broken", detail: wordsOf(say, awsError(error)) };
  }
  try {
    yield { name: "region", verdict: "ok", detail: await context.region() };
  } catch (error) {
    const detail = wordsOf(say, awsError(error));
    return yield { name: "region", verdict: "broken", detail, fix: say("doctor.regionFix") };
  }
  const network = await checkNetwork(context, jobs.bucket, flags.deep === true);
  if (network) yield network;
  if (network?.verdict === "broken") return;
  const name = user === undefined ? "doctor" : `${user}--doctor`;
  const prefix = flags.prefix ?? makePrefix(name, context.now(), jobs.random());
  const probe = await context.probe(jobs.bucket);
  const bucket = await checkBucket(context, probe, prefix);
  yield bucket;
  if (bucket.isCut || (bucket.verdict === "broken" && !flags.deep)) return;
  const isListed = bucket.verdict === "ok";
  const own = isListed && user !== undefined && (await checkOwnPrefix(context, jobs, user));
  if (own) yield own;
  const events = await checkEvents(context, probe);
  yield events;
  if (events.isCut) return;
  const { isCut, found } = yield* checkInScratch(
    context,
    new Scratch(probe, prefix, jobs.random(), context.interrupt),
    probe,
    flags,
  );
  if (isCut) return;
  const heartbeat = agentHeartbeat(jobs.store);
  const agent = await checkAgent(context, jobs.store, heartbeat, flags.deep === true);
  yield agent;
  if (!flags.deep) return;
  yield await checkSsm(context, heartbeat);
  if (!mayRunJob([bucket, events, ...found, agent])) return;
  yield* await checkJob(context, jobs, prefix, flags.timeout * 1000);
}

/** The checks that put objects into the bucket. @returns them, and whether S3 was not reached any more */
async function* checkInScratch(
  context: DoctorContext,
  scratch: Scratch,
  probe: Probe,
  { deep }: DoctorFlags,
): AsyncGenerator<Finding, { isCut: boolean; found: Finding[] }> {
  const { say, interrupt } = context;
  interrupt.tidyBy(async () => {
    for (const fix of await scratch.tidy()) context.error(say("doctor.leftovers", { fix }));
  });
  let isCut = false;
  const all: Finding[] = [];
  const checks = [checkObjects, ...(deep ? [checkLatency, checkParts] : [])];
  for (const check of checks) {
    if (isCut) break;
    const found = [await check(context, probe, scratch)].flat();
    isCut = found.some((one) => one.isCut);
    all.push(...found);
    yield* found;
  }
  const left = await scratch.tidy();
  if (left.length > 0) {
    const detail = say("doctor.leftovers", { fix: left.join("; ") });
    yield { name: "leftovers", verdict: "warning", detail };
  }
  return { isCut, found: all };
}

function checkNode({ nodeVersion, say }: DoctorContext): Check {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isNew = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  const detail = `Node.js ${nodeVersion}`;
  if (isNew) return { name: "node", verdict: "ok", detail };
  return { name: "node", verdict: "broken", detail, fix: say("doctor.nodeFix") };
}

/** @returns the name of the IAM user, if it is one */
async function* checkCredentials(
  context: DoctorContext,
): AsyncGenerator<Finding, string | undefined> {
  const name = "credentials";
  try {
    const identity = await context.identity();
    yield { name, verdict: "ok", detail: identity.arn };
    return iamUser(identity);
  } catch (error) {
    // A site may let nothing out but S3; then S3 will tell whether the credentials are any good.
    const verdict = isOfTheWay(error) ? "unknown" : "broken";
    yield { name, verdict, ...problem(context.say, error, context.say("doctor.credentialsFix")) };
    return undefined;
  }
}

/** The name of an IAM user, which prefixes of one's own begin with; undefined for roles and root. */
export function iamUser({ arn }: Identity): string | undefined {
  return /^arn:[^:]*:iam::\d+:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}

const MARK = {
  ok: { text: "✓", tone: "good" },
  warning: { text: "!", tone: "warn" },
  broken: { text: "✗", tone: "bad" },
  unknown: { text: "?", tone: "dim" },
} as const;

function checkLines({ say }: DoctorContext, { name, verdict, detail, fix }: Check): Line[] {
  const lines: Line[] = [[MARK[verdict], ` ${name}: ${detail}`]];
  if (fix !== undefined) lines.push(`  ${say("doctor.fix", { fix })}`);
  return lines;
}

export const work: VerbWork<typeof doctorVerb> = {
  output: doctorOutput,
  run: async (context, _args, flags) => doctor(realDoctorContext(context), flags),
};
