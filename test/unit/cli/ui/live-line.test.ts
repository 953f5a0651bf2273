import { describe, expect, test } from "@jest/globals";
import { LiveLine } from "../../../../cli/ui/live-line.ts";
import { fakeTerminal } from "../../../support/fake-terminal.ts";

describe("the live line", () => {
  test("writes over itself, and other lines stay whole", () => {
    const { stream, seen } = fakeTerminal();
    const live = new LiveLine(stream, true);
    live.show("1 of 9");
    live.show("2 of 9");
    live.print(() => stream.write("JOB_SUBMIT\n"));
    expect(seen()).toEqual(["JOB_SUBMIT", "2 of 9"]);
    live.clear();
    expect(seen()).toEqual(["JOB_SUBMIT", ""]);
  });

  test("is cut to the terminal, by columns and not by characters", () => {
    const { stream, seen } = fakeTerminal(11);
    new LiveLine(stream, true).show("待機中です、待機中です");
    expect(seen()).toEqual(["待機中で…"]);
  });

  test("does not exist without a terminal", () => {
    const { stream, written } = fakeTerminal();
    const live = new LiveLine(stream, false);
    live.show("x");
    live.clear();
    expect(written).toEqual([]);
  });
});
