import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { listedInvocation } from "../../../../../local/ssm/command.ts";
import { commandDocument } from "../../../../../local/ssm/document.ts";
import { ssmCommand as command, ssmStep as step } from "../../../../support/ssm-command.ts";
import { ssmDelivery, ssmRule } from "../../../../support/ssm-delivery.ts";

describe("the SSM agent", () => {
  /** A document with one parameter, and a command of it. */
  function ofPattern(allowedPattern: string, value: string, allowedValues?: string[]) {
    const document = commandDocument.parse({
      schemaVersion: "2.2",
      parameters: { X: { allowedPattern, ...(allowedValues && { allowedValues }) } },
      mainSteps: [{ action: "aws:runShellScript", name: "s", inputs: { runCommand: ["true"] } }],
    });
    return command([step("echo ran")], { document, parameters: { X: [value] } });
  }

  test.each([
    ["a pattern that RE2 refuses", "^(/[a-z]{0,63}){2,32}$", "/a/b"],
    ["a pattern with what RE2 has not", "^(?=a)a$", "a"],
    ["a value outside the pattern", "^a$", "b"],
  ])("fails %s before anything runs, without output", async (_, pattern, value) => {
    const w = ssmDelivery();
    const one = ofPattern(pattern, value);
    await w.run(one);
    expect(w.log).toEqual([expect.stringContaining("parameter X")]);
    expect(w.statuses(one)).toEqual(["Failed"]);
    expect(listedInvocation(one, true)).toMatchObject({ Status: "Failed", CommandPlugins: [] });
    expect(one.stdout).toBe("");
  });

  test("does not look at allowedValues: only the service does", async () => {
    const one = ofPattern("^[a-z]$", "z", ["a", "b"]);
    await ssmDelivery().run(one);
    expect(one).toMatchObject({ status: "Success", stdout: "ran\n" });
  });

  test("runs five at a time, keeps five, and gets the others again, in some order", async () => {
    const w = ssmDelivery();
    const go = join(w.folder, "go");
    // Each waits for a file, so that none ends before all have been sent.
    const script = `until [ -e ${go} ]; do sleep 0.02; done`;
    const commands = Array.from({ length: 40 }, () => command([step(script)]));
    for (const each of commands) w.delivery.submit(each);
    await w.until(() => commands.filter(({ status }) => status === "InProgress").length === 5);
    expect(commands.slice(0, 5).map(({ status }) => status)).toEqual(Array(5).fill("InProgress"));
    writeFileSync(go, "");
    await w.ended(commands);
    expect(new Set(commands.map(({ status }) => status))).toEqual(new Set(["Success"]));
    const order = w.told
      .filter(({ status }) => status === "InProgress")
      .map((one) => commands.indexOf(one.command));
    expect(order.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(order.slice(10)).not.toEqual(order.slice(10).toSorted((a, b) => a - b));
    expect(order.toSorted((a, b) => a - b)).toEqual([...commands.keys()]);
  });

  test("gets them again in an order that a seed fixes", async () => {
    async function order(seed: number) {
      const w = ssmDelivery(seed);
      const go = join(w.folder, "go");
      const script = `until [ -e ${go} ]; do sleep 0.02; done`;
      const commands = Array.from({ length: 40 }, () => command([step(script)]));
      for (const each of commands) w.delivery.submit(each);
      writeFileSync(go, "");
      await w.ended(commands);
      return w.told
        .filter(({ status }) => status === "InProgress")
        .map((one) => commands.indexOf(one.command));
    }
    const first = await order(1);
    expect(await order(1)).toEqual(first);
    expect(await order(2)).not.toEqual(first);
  });

  test("runs a command id once, however often it is delivered", async () => {
    const w = ssmDelivery();
    const file = join(w.folder, "times");
    const one = command([step(`echo x >>${file}`)], { rule: ssmRule("repeated") });
    const after = command([step("true")]);
    await w.run(one);
    await w.run(after);
    expect(readFileSync(file, "utf8")).toBe("x\n");
    expect(w.statuses(one)).toEqual(["InProgress", "Success"]);
  });
});
