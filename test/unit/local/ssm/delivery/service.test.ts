import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { commandAnswer } from "../../../../../local/ssm/command.ts";
import type { SsmFault } from "../../../../../local/ssm/faults.ts";
import { waitUntil } from "../../../../../local/wait-until.ts";
import { ssmCommand as command, ssmStep as step } from "../../../../support/ssm-command.ts";
import { ssmDelivery, ssmRule } from "../../../../support/ssm-delivery.ts";

describe("SSM", () => {
  test("runs nothing when the targets matched nothing", async () => {
    const one = command([step("echo never")], { instanceId: undefined });
    await ssmDelivery().run(one);
    expect(one.statusDetails).toBe("NoInstancesInTag");
  });

  test("gives up what was not delivered, and what is in progress, when its time is over", async () => {
    const w = ssmDelivery();
    const soon = () => ({ expiresAt: Date.now() + 200 });
    const lost = command([step("true")], { ...soon(), rule: ssmRule("lost") });
    const go = join(w.folder, "go");
    const long = command([step(`until [ -e ${go} ]; do sleep 0.02; done; echo late`)], soon());
    await w.run(lost, long);
    expect(lost).toMatchObject({ status: "TimedOut", statusDetails: "DeliveryTimedOut" });
    expect(long).toMatchObject({ status: "TimedOut", statusDetails: "DeliveryTimedOut" });
    for (const one of [lost, long])
      expect(commandAnswer(one)).toMatchObject({ DeliveryTimedOutCount: 1, ErrorCount: 0 });
    // Later replies of the SSM agent change nothing.
    const place = join(w.folder, "orchestration", long.commandId);
    writeFileSync(go, "");
    await waitUntil("it has replied", () => !existsSync(place) || undefined, { deadline: 5000 });
    await w.run(command([step("true")]));
    expect(long).toMatchObject({ status: "TimedOut", stdout: "" });
    expect(w.statuses(long)).toEqual(["InProgress", "TimedOut"]);
  });

  describe("when weeks pass", () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    test("keeps a command for the 30 days that SSM allows", async () => {
      const w = ssmDelivery();
      const days = (count: number) => count * 24 * 3_600_000;
      const expiresAt = Date.now() + days(30);
      const lost = command([step("true")], { expiresAt, rule: ssmRule("lost") });
      w.delivery.submit(lost);
      await jest.advanceTimersByTimeAsync(days(30) - 1);
      expect(lost.status).toBe("Pending");
      await jest.advanceTimersByTimeAsync(1);
      expect(lost.statusDetails).toBe("DeliveryTimedOut");
    });
  });

  test.each<[SsmFault, string[], boolean]>([
    ["fail", ["Failed"], false],
    ["undeliverable", ["Failed"], false],
    ["time-out", ["TimedOut"], false],
    ["expire", ["InProgress", "TimedOut"], false],
    ["late", ["InProgress", "Success"], true],
    ["refused", ["InProgress", "Success"], true],
    ["reordered", ["Success", "InProgress"], true],
  ])("the fault %s makes it tell %j", async (fault, statuses, hasRun) => {
    const w = ssmDelivery();
    const one = command([step("true")], { rule: ssmRule(fault, 20) });
    await w.run(one);
    await w.until(() => w.statuses(one).length === statuses.length);
    expect([w.statuses(one), one.hasRun ?? false]).toEqual([statuses, hasRun]);
  });

  test("the fault twice makes the SSM agent forget that it had the command, and run it again", async () => {
    const w = ssmDelivery();
    const file = join(w.folder, "times");
    const one = command([step(`echo x >>${file}`)], { rule: ssmRule("twice") });
    await w.run(one);
    expect(readFileSync(file, "utf8")).toBe("x\nx\n");
  });

  test("the fault reordered makes the next command of the prefix overtake it", async () => {
    const w = ssmDelivery();
    mkdirSync(join(w.folder, "orchestration"), { recursive: true });
    const file = join(w.folder, "order");
    const parameters = { Prefix: ["job1"] };
    const held = ssmRule("reordered", 60_000);
    const first = command([step(`sleep 0.1; echo 1 >>${file}`)], { parameters, rule: held });
    const other = command([step("true")], { parameters: { Prefix: ["job2"] } });
    const second = command([step(`echo 2 >>${file}`)], { parameters });
    w.delivery.submit(first);
    await w.run(other);
    expect(first.status).toBe("Pending");
    await w.run(second);
    await w.until(() => first.status === "Success");
    expect(readFileSync(file, "utf8")).toBe("2\n1\n");
  });
});
