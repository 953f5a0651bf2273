import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LIMITS, newMachine } from "../../../../bucket/machine.ts";
import { keyEnd } from "../../../../transfer/comparing/merge.ts";
import { walk } from "../../../../transfer/walk.ts";
import { collect } from "../../../support/collect.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("a folder with more names than are held is walked whole, in order, and each remark comes once", async () => {
  const root = temporaryFolder();
  for (let at = 0; at < 300; at++) writeFileSync(join(root, `f${at}`), "");
  for (let at = 0; at < 20; at++) {
    mkdirSync(join(root, `f${at}-folder`));
    writeFileSync(join(root, `f${at}-folder`, "in"), "");
    symlinkSync(`f${at}`, join(root, `link${at}`));
  }
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), "");
  const walked = async (namesBytes: number) => {
    const machine = newMachine({ ...LIMITS, namesBytes });
    const entries = await collect(walk(root, { outsideLinks: "refuse", machine }));
    return entries.map((entry) => `${entry.kind} ${keyEnd(entry)}`);
  };
  const whole = await walked(LIMITS.namesBytes);
  const files = whole.filter((entry) => !entry.startsWith("skipped"));
  expect(files).toHaveLength(340);
  const inTurns = await walked(500);
  expect(inTurns.filter((entry) => !entry.startsWith("skipped"))).toEqual(files);
  expect(inTurns.toSorted()).toEqual(whole.toSorted());
});
