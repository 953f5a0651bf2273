import type { FaultKind } from "../fault-kind.ts";

/** Faults of EventBridge: events more than once, in any order, and now and then not at all. */
export const eventKinds: readonly FaultKind[] = [
  {
    name: "event: duplicate",
    during: async (scene) => {
      const copies = scene.random.int(1, 3);
      await scene.deliver(copies);
      scene.injected += copies;
    },
  },
  {
    name: "event: three at once, after the end",
    after: async (scene) => {
      await scene.deliver(3);
      scene.injected += 3;
    },
  },
  {
    name: "event: duplicates all along",
    shapes: ["long", "array"],
    during: async (scene) => {
      for (let sent = 0; sent < 8; sent++) {
        await scene.deliver();
        scene.injected += 1;
        await scene.pause(scene.random.int(50, 600));
      }
    },
  },
  {
    // Two writes of FILE_UPLOAD: the first one's event comes last. Both lead to what is there now.
    name: "event: reordered",
    shapes: ["long"],
    ask: async (scene) => {
      await scene.askUnheard();
      await scene.ask();
    },
    during: async (scene) => {
      await scene.pause(scene.random.int(0, 1500));
      await scene.deliver();
      scene.injected += 1;
    },
  },
  {
    name: "event: delayed",
    ask: async (scene) => {
      await scene.askUnheard();
      await scene.pause(scene.random.int(500, 2500));
      await scene.deliver();
      scene.injected += 1;
    },
  },
  {
    name: "event: dropped",
    ask: async (scene) => {
      await scene.askUnheard();
      scene.injected += 1;
    },
  },
  {
    name: "event: of a cancel, dropped",
    script: "sleep 120",
    expected: { outcomes: ["cancelled"], files: new Map() },
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await scene.askUnheard("JOB_CANCEL");
      scene.injected += 1;
    },
  },
  {
    name: "event: of a cancel, three times",
    script: "sleep 120",
    expected: { outcomes: ["cancelled"], files: new Map() },
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await scene.ask("JOB_CANCEL");
      await scene.deliver(2);
      scene.injected += 2;
    },
    after: (scene) => scene.deliver(),
  },
];
