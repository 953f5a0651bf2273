import { describe, expect, test } from "@jest/globals";
import type { Command } from "../../../../local/ssm/command.ts";
import { listCommands } from "../../../../local/ssm/list-commands.ts";
import { ssmCommand, ssmStep } from "../../../support/ssm-command.ts";

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
