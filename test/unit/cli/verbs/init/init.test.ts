import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cliConfig } from "../../../../../cli/config.ts";
import { sayEnglish } from "../../../../../cli/messages/say.ts";
import { askOnTerminal } from "../../../../../cli/verbs/init/ask.ts";
import { type InitContext, init, initOutput } from "../../../../../cli/verbs/init/init.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testUi } from "../../../../support/test-ui.ts";

async function written(flags: Parameters<typeof init>[1], changes: Partial<InitContext> = {}) {
  const { ui, out } = testUi(changes);
  const cwd = changes.cwd ?? temporaryFolder();
  await init({ ...ui, cwd, ask: undefined, ...changes }, flags);
  return { cwd, out, text: readFileSync(join(cwd, "cloud-submit.json"), "utf8") };
}

describe("init", () => {
  test("writes what the flags say, which every verb then reads", async () => {
    const { cwd, text } = await written({ bucket: "jobs", region: "eu-west-1" });
    expect(JSON.parse(text)).toEqual({ bucket: "jobs", region: "eu-west-1" });
    expect(cliConfig({}, {}, cwd)).toMatchObject({ bucket: "jobs", region: "eu-west-1" });
  });

  test("asks for what is missing", async () => {
    const asked: object[] = [];
    const { text } = await written(
      { region: "eu-west-1" },
      {
        ask: async (known) => {
          asked.push(known);
          return { ...known, bucket: "mine" };
        },
      },
    );
    expect([JSON.parse(text), asked]).toEqual([
      { bucket: "mine", region: "eu-west-1" },
      [{ bucket: undefined, region: "eu-west-1", profile: undefined }],
    ]);
  });

  test("asks nobody where there is nobody", async () => {
    await expect(written({})).rejects.toThrow("which bucket? give --bucket NAME");
    const none = { isTTY: false } as never;
    expect(askOnTerminal(sayEnglish, { stdin: none, stdout: none })).toBeUndefined();
  });

  test("writes nothing when the questions are left, and ends as an interruption does", async () => {
    const { ui, err } = testUi();
    const cwd = temporaryFolder();
    expect(await init({ ...ui, cwd, ask: async () => "cancelled" }, {})).toBe(130);
    expect([err, readdirSync(cwd)]).toEqual([["nothing was written"], []]);
  });

  test("leaves a file that is there, unless --force is given", async () => {
    const { cwd } = await written({ bucket: "jobs" });
    await expect(written({ bucket: "other" }, { cwd })).rejects.toThrow(/already exists/);
    expect((await written({ bucket: "other", force: true }, { cwd })).text).toMatch("other");
  });

  test("--json fits its schema, and asks nothing", async () => {
    const { out } = await written({ bucket: "jobs" }, { json: true });
    expect(initOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      settings: { bucket: "jobs" },
    });
    const ask = async () => ({ bucket: "x" });
    await expect(written({}, { json: true, ask })).rejects.toMatchObject({ code: "usage" });
  });
});
