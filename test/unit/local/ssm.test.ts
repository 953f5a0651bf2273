import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { pluginOutput } from "../../../local/ssm/agent-output.ts";
import type { Command } from "../../../local/ssm/command.ts";
import { CpuLoad } from "../../../local/ssm/cpu-load.ts";
import { instanceInformation } from "../../../local/ssm/instance-information.ts";
import { listCommands } from "../../../local/ssm/list-commands.ts";
import { TokenBucket } from "../../../local/ssm/token-bucket.ts";
import { ssmCommand, ssmStep } from "../../support/ssm-command.ts";

describe("TokenBucket", () => {
  test("lets two seconds' worth through at once, and its rate in the long run", () => {
    let clock = 0;
    const bucket = new TokenBucket(10, () => clock);
    const taken = () => Array.from({ length: 100 }, () => bucket.take()).filter(Boolean).length;
    expect(taken()).toBe(20);
    clock += 1000;
    expect(taken()).toBe(10);
    clock += 3_600_000;
    expect(taken()).toBe(20);
  });
});

describe("CpuLoad", () => {
  test("uses as much CPU time as it says", async () => {
    const load = new CpuLoad(60);
    // The first call starts a thread.
    await load.burn();
    const before = process.cpuUsage();
    await Promise.all([load.burn(), load.burn(), load.burn()]);
    const { user, system } = process.cpuUsage(before);
    await load.close();
    expect((user + system) / 1000).toBeGreaterThanOrEqual(175);
  });

  test("costs nothing when it is to cost nothing", async () => {
    await new CpuLoad(0).burn();
  });
});

describe("pluginOutput", () => {
  test.each([
    ["out", "", "out"],
    ["", "err", "\n----------ERROR-------\nerr"],
    ["out\n", "err", "out\n\n----------ERROR-------\nerr"],
  ])("of %j and %j is %j", (stdout, stderr, output) => {
    expect(pluginOutput(stdout, stderr)).toBe(output);
  });

  test("is never longer than 2,500 characters", () => {
    const text = fc.string({ maxLength: 6000, size: "max" });
    fc.assert(fc.property(text, text, (out, err) => pluginOutput(out, err).length <= 2500));
    expect(pluginOutput("x".repeat(9000), "y".repeat(9000))).toMatch(/Error truncated----$/);
    expect(pluginOutput("x", "y".repeat(9000))).toMatch(/y\n---Error truncated----$/);
    expect(pluginOutput("x".repeat(9000), "y")).toMatch(/x\n---Output truncated---\n-+ERROR-+\ny$/);
  });
});

describe("listCommands", () => {
  const at = Date.parse("2026-11-28T12:00:00Z");
  const commands: Command[] = Array.from({ length: 120 }, (_, number) =>
    ssmCommand([ssmStep("true")], {
      commandId: `c${number}`,
      requestedAt: at + number * 1000,
      status: number % 2 === 0 ? "Pending" : "Success",
      documentName: number < 100 ? "request" : "install",
    }),
  );
  const ids = (body: object) => listCommands(body, commands).commands.map((one) => one.commandId);

  test("gives pages of 50, newest first, each once, though commands come and go meanwhile", () => {
    const seen: string[] = [];
    let all = commands;
    let token: string | undefined;
    do {
      const page = listCommands({ ...(token && { NextToken: token }) }, all);
      seen.push(...page.commands.map((one) => one.commandId));
      token = page.nextToken;
      // A new one, and the page's last is gone.
      all = [...all.filter((one) => one !== page.commands.at(-1)), ssmCommand([])];
    } while (token !== undefined);
    expect(seen).toEqual(commands.map((one) => one.commandId).toReversed());
  });

  test("filters by document, status and time together", () => {
    const Filters = [
      { key: "DocumentName", value: "request" },
      { key: "Status", value: "Pending" },
      { key: "InvokedAfter", value: "2026-11-28T12:01:34Z" },
    ];
    expect(ids({ Filters })).toEqual(["c98", "c96", "c94"]);
    expect(ids({ CommandId: "c5" })).toEqual(["c5"]);
  });

  test.each([
    ["ValidationException", { Filters: [{ key: "InvokedAfter", value: "yesterday" }] }],
    ["ValidationException", { MaxResults: 51 }],
    ["InvalidCommandId", { CommandId: "c999" }],
  ])("%s for %j", (type, body) => {
    expect(() => ids(body)).toThrow(expect.objectContaining({ type }));
  });
});

test("instanceInformation finds the instance by its id and its tags", () => {
  const instance = { id: "i-1", tags: { "parallelcluster:node-type": "HeadNode" } };
  const list = (Filters?: object[]) =>
    instanceInformation({ ...(Filters && { Filters }) }, instance, { version: "3.3", host: "h" });
  const found = { InstanceInformationList: [expect.objectContaining({ AgentVersion: "3.3" })] };
  expect(list()).toMatchObject(found);
  expect(list([{ Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] }])).toMatchObject(
    found,
  );
  expect(list([{ Key: "InstanceIds", Values: ["i-2"] }])).toEqual({ InstanceInformationList: [] });
});
