import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { dashed, type Flags } from "../../../cli/verb.ts";
import { clusterConfigVerb } from "../../../cli/verbs/cluster-config/description.ts";
import { agentConfig } from "../../../headnode/config.ts";
import { AFTER_METADATA } from "../../../protocol/after.ts";
import { BOARD_METADATA, BOARDS_FOLDER } from "../../../protocol/board.ts";
import { REACH_METADATA, SIGNAL_METADATA, TASKS_METADATA } from "../../../protocol/cancel.ts";
import { HEARTBEAT_KEY } from "../../../protocol/heartbeat.ts";
import { LINKS_METADATA } from "../../../protocol/links.ts";
import { manifestMetadata } from "../../../protocol/manifest.ts";
import { pendingFolder } from "../../../protocol/marker.ts";
import { notifyMetadata } from "../../../protocol/notify.ts";
import {
  LIVE_FOLDER,
  PROTOCOL_FILES,
  SCRIPT_FILE,
  SYSTEM_FOLDER,
} from "../../../protocol/objects.ts";
import { OPEN_METADATA } from "../../../protocol/open-submission.ts";
import { OUTCOMES } from "../../../protocol/outcome.ts";
import { PREFIX_MAX_LENGTH, PREFIX_PATTERN } from "../../../protocol/prefix.ts";
import {
  ENDED_METADATA,
  GIVEN_BACK_METADATA,
  REMOVING_METADATA,
} from "../../../protocol/removal.ts";
import { submitterMetadata } from "../../../protocol/requester.ts";
import { SBATCH_METADATA, SBATCH_METADATA_MAX_BYTES } from "../../../protocol/sbatch-options.ts";
import { STATES } from "../../../protocol/state.ts";
import {
  CANCELS_METADATA,
  SUBMISSION_METADATA,
  SUBMISSION_PATTERN,
} from "../../../protocol/submission.ts";
import { projectText } from "../../support/project-files.ts";

/** The rows of the table with this head: the names in the first cell, and the other cells. */
function table(page: string, head: string): [string[], string[]][] {
  const [, rows = ""] = projectText(page).split(`\n| ${head} |`);
  return rows
    .slice(0, rows.indexOf("\n\n"))
    .split("\n")
    .slice(2)
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map(([, first = "", ...rest]) => [namesIn(first), rest]);
}

const namesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
const names = (page: string, head: string) => table(page, head).flatMap(([first]) => first);
const inside = (pattern: RegExp) => `\`${pattern.source.replaceAll(/^\^|\$$/g, "")}\``;

describe("docs/protocol.md", () => {
  const page = "docs/protocol.md";
  const text = projectText(page).replaceAll(/\s+/g, " ");

  test("has the objects of a prefix, and those of the system", () => {
    expect(new Set(names(page, "object | who writes it | content"))).toEqual(
      new Set([SCRIPT_FILE, ...PROTOCOL_FILES]),
    );
    const below = names(
      page,
      `object below \`${SYSTEM_FOLDER}\` | content | may a submitter read it?`,
    );
    for (const key of [HEARTBEAT_KEY, LIVE_FOLDER, BOARDS_FOLDER, pendingFolder()]) {
      const name = key.slice(SYSTEM_FOLDER.length);
      expect(below).toContainEqual(expect.stringMatching(`^${name}`));
    }
  });

  test("has the states, the outcomes and the metadata of a status object", () => {
    expect(names(page, "state | written by | meaning")).toEqual([...STATES]);
    const [, outcomes = ""] =
      /`outcome` is set once the submission is final: (.*?) `slurm` is/.exec(text) ?? [];
    expect(namesIn(outcomes).filter((name) => name !== "JOB_COMPLETE")).toEqual([...OUTCOMES]);
    const keys = [
      SUBMISSION_METADATA,
      REMOVING_METADATA,
      ENDED_METADATA,
      GIVEN_BACK_METADATA,
      ...Object.keys(submitterMetadata("x")),
      CANCELS_METADATA,
      TASKS_METADATA,
      SIGNAL_METADATA,
      REACH_METADATA,
      BOARD_METADATA,
      LINKS_METADATA,
      ...Object.keys(manifestMetadata({ etag: "x", version: "1" })),
      ...Object.keys(notifyMetadata("a@b.c")),
      SBATCH_METADATA,
      AFTER_METADATA,
      OPEN_METADATA,
    ];
    expect(table(page, "metadata | meaning").map(([[name]]) => name)).toEqual(keys);
  });

  test("has the patterns and the most bytes", () => {
    expect(text).toContain(`one path segment, ${inside(PREFIX_PATTERN)}`);
    expect(text).toContain(`if it fits ${inside(SUBMISSION_PATTERN)}`);
    expect(text).toContain(`at most ${SBATCH_METADATA_MAX_BYTES} bytes`);
  });
});

test("the longest prefix is as long everywhere", () => {
  expect(PREFIX_PATTERN.source).toContain(`{0,${PREFIX_MAX_LENGTH - 1}}`);
  expect(projectText("docs/runbook.md")).toContain(`use 1 to ${PREFIX_MAX_LENGTH} of \``);
});

describe("docs/production.md", () => {
  const page = "docs/production.md";

  test("has every parameter of a deployment, and its default", () => {
    const { params } = parse(projectText("serverless.yml"), { logLevel: "error" });
    const rows = table(page, "`--param` | meaning");
    const all = rows.flatMap(([first, [meaning = ""]]) => [...first, ...namesIn(meaning)]);
    expect(Object.keys(params.default).filter((name) => !all.includes(name))).toEqual([]);
    for (const [[name = ""], [meaning = ""]] of rows) {
      const [, told] = /by default `?([^`\s;<]+)`?$/.exec(meaning) ?? [];
      if (told !== undefined) expect([name, told]).toEqual([name, String(params.default[name])]);
    }
  });

  test("has every setting of the agent, and its default", () => {
    const rows = table(page, "variable | default | meaning").filter(([[name]]) =>
      name?.startsWith("CLOUD_SUBMIT_"),
    );
    const read = projectText("headnode/config.ts").match(/^ {2}CLOUD_SUBMIT_\w+(?=:)/gm) ?? [];
    expect(rows.map(([[name]]) => name)).toEqual(read.map((name) => name.trim()));
    const config = agentConfig({ CLOUD_SUBMIT_BUCKET: "b" });
    const told = Object.fromEntries(
      rows.map(([[name = ""], [first = ""]]) => [name, Number.parseInt(first)]),
    );
    expect(told).toMatchObject({
      CLOUD_SUBMIT_OPEN_FILES: config.openFiles,
      CLOUD_SUBMIT_RECONCILE_SECONDS: config.reconcileSeconds,
      CLOUD_SUBMIT_HEARTBEAT_SECONDS: config.heartbeatSeconds,
      CLOUD_SUBMIT_LIVE_SECONDS: config.liveSeconds,
      CLOUD_SUBMIT_KEEP_DAYS: config.keepDays,
      CLOUD_SUBMIT_MIN_FREE_PERCENT: config.minFreeShare * 100,
    });
  });

  test("has the defaults of cluster-config's flags", () => {
    const flags: Flags = clusterConfigVerb.flags;
    const known = new Map(Object.entries(flags).map(([name, flag]) => [`--${dashed(name)}`, flag]));
    const told = table(page, "flag | meaning").map(([[first = ""], [meaning = ""]]) => {
      const [name = ""] = first.split(" ");
      return [name, meaning] as const;
    });
    expect(told.length).toBeGreaterThan(10);
    for (const [name, meaning] of told) {
      const flag = known.get(name);
      expect([name, flag]).toEqual([name, expect.anything()]);
      const [, value] = /by default `?([\w.]+)`?(?=[;.]|$)/.exec(meaning) ?? [];
      if (value !== undefined && flag?.default !== undefined)
        expect([name, value]).toEqual([name, String(flag.default)]);
      if (flag?.choices) expect(namesIn(meaning)).toEqual(flag.choices);
    }
  });
});
