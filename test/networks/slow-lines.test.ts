import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { done, jobFolder, startAgent, startAwsCli, startCli } from "./clients.ts";
import { behindLine, openSites } from "./open-site.ts";
import { sideBySide } from "./side-by-side.ts";
import type { Line } from "./site.ts";

const { amazon, open, trusting } = openSites();
const { ours, aws } = trusting;

const MiB = 1 << 20;
const DSL = { rate: 512e3, delay: 0.03 };
/** Of a geostationary satellite, in rain. */
const SATELLITE = { rate: 4e6, delay: 0.3, loss: 0.02 };

const submitOver = async (line: Partial<Line>, folder: string, prefix: string) => {
  const { site } = await open(line);
  await done(startCli(site, ["submit", folder, "--prefix", prefix], ours));
};

const copyOver = async (line: Partial<Line>, from: string, to: string, ...more: string[]) => {
  const { site } = await open(line);
  // With its own five attempts it gives up now and then where packets are lost.
  const env = { ...aws, AWS_MAX_ATTEMPTS: "20" };
  await done(startAwsCli(site, ["s3", "cp", from, to, "--no-progress", ...more], env));
};

const ENDS = /nothing came from S3 for \d+ s/;

/** A job of many small files. */
function manyFiles(): string {
  const folder = jobFolder();
  mkdirSync(join(folder, "in"));
  for (let at = 0; at < 40; at += 1)
    writeFileSync(join(folder, "in", `${at}.bin`), randomBytes(8192));
  return folder;
}

behindLine("a line", () => {
  const many = manyFiles();
  const folder = jobFolder(4 * MiB);
  const file = join(folder, "data.bin");
  sideBySide({
    "512 kbit/s: the command line sends a file of 4 MiB": async () => {
      await submitOver(DSL, folder, "slow");
      expect(amazon().object("slow/data.bin")?.equals(readFileSync(file))).toBe(true);
    },
    "512 kbit/s: the agent's clients, too": async () => {
      const { site } = await open(DSL);
      await done(
        startAgent(site, "slow-agent/data.bin", join(jobFolder(2 * MiB), "data.bin"), ours),
      );
    },
    "512 kbit/s: the AWS CLI, too": () => copyOver(DSL, file, "s3://bucket/slow-aws/data.bin"),
    "512 kbit/s: the command line fetches it": async () => {
      await amazon().bucket.put("slow-down/data.bin", readFileSync(file));
      await amazon().bucket.put("slow-down/job-aws-stat.txt", "JOB_COMPLETE\n");
      const [{ site }, to] = [await open(DSL), temporaryFolder()];
      await done(startCli(site, ["fetch", "slow-down", "--to", to], ours));
      expect(readFileSync(join(to, "data.bin")).equals(readFileSync(file))).toBe(true);
    },
    "1 Mbit/s: the command line sends parts of 8 MiB and 1 MiB at once": async () => {
      const large = jobFolder(9 * MiB);
      await submitOver({ ...DSL, rate: 1024e3 }, large, "parts");
      const sent = readFileSync(join(large, "data.bin"));
      expect(amazon().object("parts/data.bin")?.equals(sent)).toBe(true);
    },
    "600 ms, every 50th packet lost: the command line sends 40 files": async () => {
      await submitOver(SATELLITE, many, "far");
      for (let at = 0; at < 40; at += 1)
        expect(amazon().object(`far/in/${at}.bin`)).toHaveLength(8192);
    },
    "600 ms, every 50th packet lost: the command line sends one of 1 MiB": () =>
      submitOver(SATELLITE, jobFolder(MiB), "far-one"),
    "600 ms, every 50th packet lost: the AWS CLI sends them, too": () =>
      copyOver(SATELLITE, many, "s3://bucket/far-aws/", "--recursive"),
    "packets above 1,300 bytes are lost: the command line ends, and says that nothing came":
      async () => {
        const { site } = await open({ most: 1300 });
        const started = startCli(site, ["submit", folder, "--prefix", "hole"], ours);
        const { code, stderr } = await started.ended;
        expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringMatching(ENDS) });
      },
  });
});
