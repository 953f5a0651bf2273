import { describe, expect, test } from "@jest/globals";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { LiveLine } from "../../../../cli/ui/live-line.ts";
import { Progress } from "../../../../cli/ui/progress.ts";
import type { Reported } from "../../../../cli/ui/ui.ts";
import { fakeTerminal } from "../../../support/fake-terminal.ts";

describe("progress", () => {
  const at = (say = sayEnglish) => {
    const { stream, seen } = fakeTerminal(200);
    const clock = { ms: 0 };
    const live = new LiveLine(stream, true);
    const progress = new Progress({ live, say, now: () => new Date(clock.ms) }, "upload");
    return { progress: progress.listener, clock, seen };
  };

  test("shows bar, files, bytes, rate and time left", () => {
    const { progress, clock, seen } = at();
    progress.onPlan?.(4, 40 << 20, true);
    clock.ms = 1000;
    progress.onBytes?.(10 << 20);
    clock.ms = 2000;
    progress.onFile?.("a", 10 << 20);
    expect(seen()).toEqual([
      "uploading [#####---------------] 25% 1/4 files 10.0 MiB/40.0 MiB 5.0 MiB/s 6s left",
    ]);
  });

  test("shows what is done while there is no plan", () => {
    const { progress, clock, seen } = at(sayIn(ja.messages));
    progress.onFile?.("a", 100);
    clock.ms = 1000;
    progress.onFile?.("b", 1900);
    expect(seen()).toEqual(["アップロード中 2 ファイル 2.0 KiB 1.9 KiB/s"]);
  });

  test("draws ten times a second at most", () => {
    const { stream, written } = fakeTerminal();
    const clock = { ms: 0 };
    const live = new LiveLine(stream, true);
    const progress = new Progress(
      { live, say: sayEnglish, now: () => new Date(clock.ms) },
      "upload",
    );
    for (; clock.ms < 1000; clock.ms += 1) progress.listener.onBytes?.(1000);
    expect(written.length).toBeLessThanOrEqual(10);
  });

  test("tells a program what is done, and at the end the whole of it", () => {
    const { stream, written } = fakeTerminal();
    const clock = { ms: 0 };
    const reported: Reported[] = [];
    const progress = new Progress(
      {
        live: new LiveLine(stream, false),
        report: (one) => reported.push(one),
        say: sayEnglish,
        now: () => new Date(clock.ms),
      },
      "fetch",
    );
    progress.listener.onPlan?.(2, 3000, true);
    for (; clock.ms < 1000; clock.ms += 1) progress.listener.onBytes?.(3);
    progress.listener.onFile?.("a", 3000);
    progress.end();
    expect(written).toEqual([]);
    expect(reported.length).toBeLessThanOrEqual(12);
    expect(reported.at(-1)).toEqual({
      progress: "fetch",
      files: 1,
      bytes: 3000,
      total: { files: 2, bytes: 3000 },
    });
  });
});
