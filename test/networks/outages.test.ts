import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@jest/globals";
import { writeStatus } from "../../bucket/job-objects/status.ts";
import { waitUntil } from "../../local/wait-until.ts";
import { formatRecord } from "../../protocol/record.ts";
import { endOf } from "../support/ending-jobs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { done, jobFolder, startAgent, startAwsCli, startCli } from "./clients.ts";
import { behindLine, type OpenSite, openSites } from "./open-site.ts";
import { sideBySide } from "./side-by-side.ts";

const { amazon, open, trusting } = openSites();
const { ours, aws } = trusting;

const MiB = 1 << 20;
/** It takes ten seconds to pass; outages come when a part of it has. */
const LINE = { rate: 4e6, delay: 0.02 };
const folder = jobFolder(5 * MiB);
const file = join(folder, "data.bin");
const content = readFileSync(file);

/** Lets nothing through for so many seconds, once a MiB has moved. */
async function interrupt({ site }: OpenSite, seconds: number): Promise<void> {
  const moved = () => (amazon().moved.get(site.address) ?? 0) > MiB || undefined;
  await waitUntil("a transfer is under way", moved, { deadline: 90_000 });
  site.set({ down: true });
  // The length of the outage is the case.
  await sleep(seconds * 1000);
  site.set({ down: false });
}

/** The line goes and comes, with so many seconds each, until what is under way has ended. */
async function flap({ site }: OpenSite, seconds: number, ended: Promise<unknown>): Promise<void> {
  let down = false;
  // The line as the case has it.
  const timer = setInterval(() => site.set({ down: (down = !down) }), seconds * 1000);
  await ended.finally(() => clearInterval(timer));
}

const finish = async (prefix: string) => {
  const record = endOf(prefix, { submission: "s-1" });
  await amazon().bucket.put(`${prefix}/job-aws-job.json`, formatRecord(record));
  await writeStatus(amazon().bucket, prefix, "JOB_COMPLETE", { submission: "s-1" });
};

const submit = ({ site }: OpenSite, prefix: string) =>
  startCli(site, ["submit", folder, "--prefix", prefix], ours);
const copy = ({ site }: OpenSite, from: string, to: string) =>
  startAwsCli(site, ["s3", "cp", from, to, "--no-progress"], aws);

behindLine("a line that fails in the middle, and comes back", () => {
  sideBySide({
    "20 s: the command line sends on": async () => {
      const line = await open(LINE);
      const started = submit(line, "up20");
      await interrupt(line, 20);
      await done(started);
      expect(amazon().object("up20/data.bin")?.equals(content)).toBe(true);
    },
    "40 s: the command line sends on": async () => {
      const line = await open(LINE);
      const started = submit(line, "up40");
      await interrupt(line, 40);
      await done(started);
      expect(amazon().object("up40/data.bin")?.equals(content)).toBe(true);
    },
    "40 s: the agent's clients send on": async () => {
      const line = await open(LINE);
      const started = startAgent(line.site, "agent40/data.bin", file, ours);
      await interrupt(line, 40);
      expect(await done(started)).toBe("done\n");
    },
    "20 s: the AWS CLI sends on": async () => {
      const line = await open(LINE);
      const started = copy(line, file, "s3://bucket/aws20/data.bin");
      await interrupt(line, 20);
      await done(started);
    },
    "40 s: the command line goes on fetching": async () => {
      await amazon().bucket.put("down/job-aws-run.sh", "#!/bin/bash\n");
      await amazon().bucket.put("down/data.bin", content);
      await finish("down");
      const [line, to] = [await open(LINE), temporaryFolder()];
      const started = startCli(line.site, ["fetch", "down", "--to", to], ours);
      await interrupt(line, 40);
      await done(started);
      expect(readFileSync(join(to, "data.bin")).equals(content)).toBe(true);
    },
    "20 s: the AWS CLI goes on fetching": async () => {
      await amazon().bucket.put("aws-down/data.bin", content);
      const [line, to] = [await open(LINE), join(temporaryFolder(), "data.bin")];
      const started = copy(line, "s3://bucket/aws-down/data.bin", to);
      await interrupt(line, 20);
      await done(started);
    },
    "45 s: wait goes on, and sees a job end meanwhile": async () => {
      await amazon().bucket.put("waits/job-aws-run.sh", "#!/bin/bash\n");
      await writeStatus(amazon().bucket, "waits", "JOB_SUBMIT", { submission: "s-1" });
      const line = await open(LINE);
      const started = startCli(line.site, ["wait", "waits"], ours);
      const looked = () => amazon().seen.some((one) => /GET .*\/waits\//.test(one)) || undefined;
      await waitUntil("wait has looked", looked, { deadline: 60_000 });
      line.site.set({ down: true });
      await finish("waits");
      // The length of the outage is the case.
      await sleep(45_000);
      line.site.set({ down: false });
      await done(started);
    },
    "every 5 s: the command line sends on": async () => {
      const line = await open(LINE);
      const started = submit(line, "flaps");
      await Promise.all([done(started), flap(line, 5, started.ended)]);
      expect(amazon().object("flaps/data.bin")?.equals(content)).toBe(true);
    },
    "names that cannot be looked up for 15 s are ridden out": async () => {
      const line = await open(LINE);
      line.names.manner = "fails";
      const started = submit(line, "names");
      const asked = () => line.names.asked.length > 0 || undefined;
      await waitUntil("a name is looked up", asked, { deadline: 60_000 });
      // The length of the outage is the case.
      await sleep(15_000);
      line.names.manner = "answers";
      await done(started);
    },
    "a name server that says nothing for 15 s is ridden out": async () => {
      const line = await open(LINE);
      line.names.manner = "silent";
      const started = submit(line, "silent");
      const asked = () => line.names.asked.length > 0 || undefined;
      await waitUntil("a name is looked up", asked, { deadline: 60_000 });
      // The length of the outage is the case.
      await sleep(15_000);
      line.names.manner = "answers";
      await done(started);
    },
  });
});
