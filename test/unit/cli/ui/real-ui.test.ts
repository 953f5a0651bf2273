import { EventEmitter } from "node:events";
import { describe, expect, test } from "@jest/globals";
import type { GlobalFlags } from "../../../../cli/global-flags.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { realUi } from "../../../../cli/ui/real-ui.ts";
import { printResult } from "../../../../cli/ui/ui.ts";

/** A process whose streams keep what is written. */
function fakeProcess(isTTY: boolean, env: Record<string, string> = {}) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY,
    columns: isTTY ? 100 : undefined,
    write: (text: string | Uint8Array) => {
      written[name] += Buffer.from(text).toString();
      return true;
    },
  });
  const process = Object.assign(new EventEmitter(), {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env,
    exit: () => undefined,
  });
  return { written, process: process as unknown as NodeJS.Process };
}

function spoken(isTTY: boolean, flags: GlobalFlags, env: Record<string, string> = {}) {
  const { written, process } = fakeProcess(isTTY, env);
  const ui = realUi(process, sayEnglish, flags);
  ui.live.show("live");
  ui.err("note");
  ui.error("error");
  printResult(ui, { a: 1 }, () => [[{ text: "result", tone: "good" }]]);
  return written;
}

describe("each stream gets what is meant for it:", () => {
  test.each([
    ["to a pipe", false, {}, {}, "result\n", "note\nerror\n"],
    ["quietly", false, { quiet: true }, {}, "result\n", "error\n"],
    ["as JSON", false, { json: true }, {}, '{"a":1}\n', "note\nerror\n"],
    ["quietly to a terminal", true, { quiet: true }, { NO_COLOR: "1" }, "result\n", "error\n"],
  ])("%s", (_name, isTTY, flags, env, stdout, stderr) => {
    expect(spoken(isTTY, flags, env as Record<string, string>)).toEqual({ stdout, stderr });
  });

  test("a terminal gets colours, and the live line below everything", () => {
    const { stdout, stderr } = spoken(true, {});
    expect(stdout).toBe("\u001b[32mresult\u001b[39m\n");
    expect(stderr.endsWith("\r\u001b[2Klive")).toBe(true);
    expect(stderr).toContain("note\n");
  });

  test.each([
    [{ json: true, progress: true }, '{"progress":"job","prefix":"a","state":"JOB_SUBMIT"}\n'],
    [{ json: true }, ""],
    [{ progress: true }, ""],
  ])("progress is for programs that ask for it: %j", (flags, stderr) => {
    const { written, process } = fakeProcess(false, {});
    const ui = realUi(process, sayEnglish, flags);
    ui.report?.({ progress: "job", prefix: "a", state: "JOB_SUBMIT" });
    expect(written.stderr).toBe(stderr);
  });
});
