import { describe, expect, test } from "@jest/globals";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayIn } from "../../../../cli/messages/say.ts";
import { reasonMessage } from "../../../../cli/output/slurm-reason.ts";
import { status, statusOutput } from "../../../../cli/verbs/status/status.ts";
import { formatHeartbeat, HEARTBEAT_KEY, type Heartbeat } from "../../../../protocol/heartbeat.ts";
import { formatRecord, type JobRecord } from "../../../../protocol/record.ts";
import { policedStore } from "../../../support/policed-store.ts";
import { testContext } from "../../../support/test-ui.ts";

const AT = "2026-11-24T11:58:00.000Z";
const heartbeat = (changes: Partial<Heartbeat> = {}): Heartbeat => ({
  schema: 1,
  time: "2026-11-24T11:59:40.000Z",
  state: "running",
  everySeconds: 60,
  version: "1.2.3",
  startedAt: AT,
  host: "head",
  slurm: { state: "ok" },
  jobs: { active: 3, waiting: 1 },
  ...changes,
});

async function explained(
  state: string,
  record: Partial<JobRecord> | undefined,
  beat: Heartbeat | undefined,
  changes: Parameters<typeof testContext>[0] = {},
) {
  const { context, store, out, requests } = testContext(changes);
  await store.put("job1/job-aws-stat.txt", `${state}\n`);
  const held = store.objects.get("job1/job-aws-stat.txt");
  if (held) held.lastModified = new Date(AT);
  const isFinal = state === "JOB_COMPLETE" || state === "JOB_ERROR";
  const own = { prefix: "job1", submission: "s", state: isFinal ? state : "JOB_SUBMIT" };
  const whole = { version: 1, ...own, times: {} };
  if (record)
    await store.put("job1/job-aws-job.json", formatRecord({ ...whole, ...record } as JobRecord));
  if (beat) await store.put(HEARTBEAT_KEY, formatHeartbeat(beat));
  requests.length = 0;
  return {
    context,
    store,
    out,
    requests,
    run: async () => {
      await status(context, "job1", { explain: true });
      return out.slice(out.indexOf("") + 1);
    },
  };
}

describe("status --explain", () => {
  test("tells of a job that the Head Node has not taken what was tried, who is up and what comes next", async () => {
    const { run, store } = await explained("FILE_UPLOAD", undefined, heartbeat());
    await store.put(".cloud-submit/pending/job1/run-s.json", "{}");
    const held = store.objects.get(".cloud-submit/pending/job1/run-s.json");
    if (held) held.lastModified = new Date("2026-11-24T11:58:30Z");
    expect(await run()).toEqual([
      "The job was submitted 2m00s ago, and the Head Node has not accepted it yet.",
      "Its request has been pending for the Head Node for 1m30s.",
      "The agent on the Head Node is up (last heartbeat 20s ago), with 3 jobs, 1 of them not yet in Slurm.",
      expect.stringMatching(/^Nothing is lost: .*24 hours/),
    ]);
  });

  test("says that there is no request, and no agent", async () => {
    const dead = heartbeat({ time: "2026-11-24T09:00:00.000Z" });
    const { run } = await explained("FILE_UPLOAD", undefined, dead);
    const lines = await run();
    expect(lines[1]).toMatch(/No request has been sent/);
    expect(lines[2]).toMatch(/last heartbeat of the agent .* was 3h00m ago/);
  });

  test("costs four requests at most", async () => {
    const { run, requests } = await explained("FILE_UPLOAD", undefined, heartbeat());
    await run();
    expect(requests).toEqual([
      "get job1/job-aws-stat.txt",
      "get job1/job-aws-job.json",
      "get .cloud-submit/heartbeat.json",
      "list .cloud-submit/pending/job1/",
    ]);
  });

  test("says nothing of what may not be seen", async () => {
    const { context, out } = await explained("FILE_UPLOAD", undefined, undefined);
    const store = policedStore((_action, target) =>
      "listed" in target ? target.listed.startsWith("job1") : target.key.startsWith("job1"),
    );
    await store.put("job1/job-aws-stat.txt", "FILE_UPLOAD");
    await status({ ...context, store }, "job1", { explain: true });
    expect(out.slice(out.indexOf("") + 1)).toEqual([
      expect.stringMatching(/^The job was submitted /),
      expect.stringMatching(/^Nothing is lost/),
    ]);
  });

  test("tells Slurm's reason, and how often the job was requeued", async () => {
    const slurm = { jobId: "17", state: "PENDING", reason: "BeginTime", restarts: 2 };
    const { run } = await explained("JOB_SUBMIT", { slurm }, heartbeat());
    expect(await run()).toEqual([
      "Slurm accepted it as job 17 2m00s ago, and it is waiting in the queue:",
      expect.stringMatching(/^BeginTime: it may not start yet: .*no instances/),
      expect.stringMatching(/^It was requeued 2 times/),
    ]);
  });

  test("speaks Japanese with those who do", async () => {
    const slurm = { jobId: "17", state: "PENDING", reason: "Resources" };
    const { run } = await explained("JOB_SUBMIT", { slurm }, undefined, {
      say: sayIn(ja.messages),
    });
    expect((await run()).at(-1)).toMatch(/^Resources: 順番ですが、空きノードがありません/);
  });

  test.each([
    ["JOB_SUBMIT", { slurm: { jobId: "1" } }, /its status in Slurm is shown within seconds/],
    [
      "JOB_SUBMIT",
      { slurm: { jobId: "1", state: "RUNNING", nodes: "n1" } },
      /running as Slurm job 1 on n1/,
    ],
    ["JOB_SUBMIT", { slurm: { jobId: "1", state: "CONFIGURING" } }, /they are starting/],
    ["JOB_SUBMIT", { slurm: { jobId: "1", state: "SUSPENDED" } }, /is SUSPENDED/],
    ["JOB_CANCEL", {}, /Cancellation was requested/],
    ["JOB_ERROR", { error: { code: "sbatch-refused", message: "bad" } }, /will not run: bad\./],
    [
      "JOB_ERROR",
      { error: { code: "dependency-failed", message: "cF was to complete before it" } },
      /will not run: cF was.*Submit the job that is named again.*--after JOB:any/,
    ],
    [
      "JOB_ERROR",
      { outcome: "cancelled", error: { code: "cancelled", message: "cancelled" } },
      /^It was cancelled before Slurm had it: nothing has run\.$/,
    ],
    ["JOB_SUBMIT", {}, /no record tells of a job in Slurm/],
    ["JOB_SUBMIT", { slurm: { jobId: "1", state: "FAILED" } }, /is FAILED\.$/],
    ["JOB_COMPLETE", { outcome: "timeout" }, /ended \(timeout\).*cloud-submit fetch job1/],
    ["NONSENSE", {}, /no known state/],
  ] as const)("%s %j", async (state, record, expected) => {
    const { run } = await explained(state, record, heartbeat());
    expect((await run()).join("\n")).toMatch(expected);
  });

  test("a FILE_UPLOAD that was refused, by the code", async () => {
    const values = { submission: "s1" };
    const at = "2026-11-23T20:45:01.000Z";
    const refused = [{ submission: "s2", at, code: "job-active", values, reason: "old words" }];
    const { run } = await explained("JOB_SUBMIT", { refused }, heartbeat());
    expect((await run()).join("\n")).toContain(
      `refused at ${at}: the job of submission s1 is still active.`,
    );
  });

  test("a job in Slurm whose agent is away", async () => {
    const { run } = await explained(
      "JOB_SUBMIT",
      { slurm: { jobId: "1", state: "RUNNING" } },
      heartbeat({ state: "stopped" }),
    );
    expect((await run()).at(-1)).toMatch(/its end is reported when the agent is back/);
  });

  test("--json fits its schema, with and without an explanation", async () => {
    const slurm = { jobId: "17", state: "PENDING", reason: "Priority" };
    const one = await explained("JOB_SUBMIT", { slurm }, undefined, { json: true });
    await status(one.context, "job1", {});
    await status(one.context, "job1", { explain: true });
    const [plain, told] = one.out.map((line) => statusOutput.parse(JSON.parse(line)));
    expect(plain).toMatchObject({ prefix: "job1", state: "JOB_SUBMIT", since: AT });
    expect([plain?.explanation, told?.explanation?.length]).toEqual([undefined, 2]);
  });
});

test.each([
  ["None", "reason.none"],
  ["Priority", "reason.priority"],
  ["Resources", "reason.resources"],
  ["Dependency", "reason.dependency"],
  ["DependencyNeverSatisfied", "reason.dependencyNever"],
  ["BeginTime", "reason.beginTime"],
  ["Licenses", "reason.licenses"],
  ["QOSMaxJobsPerUserLimit", "reason.qos"],
  ["QOSGrpCpuLimit", "reason.qos"],
  ["AssocGrpCpuLimit", "reason.assoc"],
  ["AssocMaxJobsLimit", "reason.assoc"],
  ["MaxCpuPerAccount", "reason.assoc"],
  ["PartitionTimeLimit", "reason.partitionTimeLimit"],
  ["PartitionNodeLimit", "reason.partitionNodeLimit"],
  ["PartitionDown", "reason.partitionDown"],
  ["ReqNodeNotAvail, UnavailableNodes:n-1", "reason.reqNodeNotAvail"],
  ["ReqNodeNotAvail,_UnavailableNodes:n-1", "reason.reqNodeNotAvail"],
  [
    "Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved_for_jobs_in_higher_priority_partitions",
    "reason.nodesDown",
  ],
  ["JobHeldUser", "reason.heldUser"],
  ["JobHeldAdmin", "reason.heldAdmin"],
  ["launch failed requeued held", "reason.launchFailed"],
  ["launch_failed_requeued_held", "reason.launchFailed"],
  ["JobArrayTaskLimit", "reason.arrayLimit"],
  ["BadConstraints", "reason.badConstraints"],
  ["(Code:InsufficientInstanceCapacity)Failure when resuming nodes", "reason.capacity"],
  ["SomethingNew", "reason.other"],
])("the reason %s", (reason, key) => {
  expect(reasonMessage(reason)).toBe(key);
});
