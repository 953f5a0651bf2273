import { describe, expect, test } from "@jest/globals";
import { sweepPending } from "../../../../functions/requests/sweep-pending.ts";
import { HEARTBEAT_KEY } from "../../../../protocol/heartbeat.ts";
import { functionWorld, ssmError } from "../../../support/function-world.ts";
import { inTime, pending, SWEEP_TIMES } from "../../../support/pending-requests.ts";

describe("sweepPending", () => {
  test("where nothing is pending, it is one request", async () => {
    const w = functionWorld();
    expect(await sweepPending(SWEEP_TIMES, w.ports, inTime)).toMatchObject({
      waiting: 0,
      inHand: 0,
    });
    expect(w.store.requests).toEqual({ list: 1 });
  });

  test("leaves young requests alone; when the oldest has waited for long, rings once for all", async () => {
    const { sweep, sent, passSeconds } = await pending(["job1", "job2", "job3"]);
    passSeconds(238);
    expect(await sweep()).toMatchObject({ sent: 0, waiting: 3, oldestSeconds: 240 });
    passSeconds(1);
    expect(await sweep()).toMatchObject({ sent: 1, waiting: 3, oldestSeconds: 241 });
    expect(sent).toEqual([{ action: "run", prefix: "job1", submission: "v1", requester: "1" }]);
  });

  test("what the agent has seen is in hand, however long it takes, as long as it goes on looking", async () => {
    const { sweep, sent, look, passSeconds, submitted } = await pending(["job1", "job2"]);
    submitted("job1", "v1");
    for (let hours = 0; hours < 72; hours++) {
      passSeconds(3600);
      look();
      passSeconds(200);
      expect(await sweep()).toMatchObject({ inHand: 2, waiting: 0, oldestSeconds: 0, givenUp: 0 });
    }
    expect(sent).toEqual([]);
  });

  test("costs two requests of S3 while all is in hand, for a thousand requests", async () => {
    const prefixes = Array.from({ length: 1000 }, (_, job) => `job${job}`);
    const { w, sweep, look, passSeconds } = await pending(prefixes);
    passSeconds(10);
    look();
    w.store.requests = {};
    expect(await sweep()).toMatchObject({ inHand: 1000 });
    expect(w.store.requests).toEqual({ list: 1, get: 1 });
  });

  test("an agent that looks no more has nothing in hand: the silence counts from its last look", async () => {
    const { sweep, look, passSeconds } = await pending();
    passSeconds(80_000);
    look();
    passSeconds(240);
    expect(await sweep()).toMatchObject({ inHand: 1, sent: 0 });
    passSeconds(60);
    expect(await sweep()).toMatchObject({ inHand: 0, waiting: 1, sent: 1, oldestSeconds: 300 });
    passSeconds(86_100);
    expect(await sweep()).toMatchObject({ givenUp: 0 });
    passSeconds(1);
    expect(await sweep()).toMatchObject({ givenUp: 1 });
  });

  test("a look that began in the second in which a request was written may have missed it", async () => {
    const { sweep, look, passSeconds } = await pending();
    passSeconds(0.9);
    look();
    expect(await sweep()).toMatchObject({ inHand: 0, waiting: 1 });
    passSeconds(0.1);
    look();
    expect(await sweep()).toMatchObject({ inHand: 1, waiting: 0 });
  });

  test.each([-86_400 * 365, -600, 600, 86_400 * 365])(
    "a Head Node's clock that is %d s ahead changes nothing",
    async (ahead) => {
      const { w, sweep, passSeconds } = await pending();
      passSeconds(100);
      const own = (seconds: number) => new Date(w.ports.now().getTime() + seconds * 1000);
      w.beats(own(ahead - 30), own(ahead));
      passSeconds(210);
      expect(await sweep()).toMatchObject({ inHand: 1, sent: 0 });
      passSeconds(1);
      expect(await sweep()).toMatchObject({ inHand: 0, sent: 1, oldestSeconds: 241 });
    },
  );

  test.each(["ThrottlingException", "InvalidInstanceId"])(
    "a ring that SSM refuses (%s) is counted, and made again at the next sweep",
    async (name) => {
      const { sweep, refusals, passSeconds } = await pending();
      passSeconds(241);
      refusals.push(ssmError(name));
      expect(await sweep()).toMatchObject({ sent: 0, refused: 1, failed: [] });
      expect(await sweep()).toMatchObject({ sent: 1, refused: 0 });
    },
  );

  test("a ring that fails is told, and what is past the deadline ends all the same", async () => {
    const { ask, sweep, refusals, passSeconds } = await pending();
    passSeconds(86_000);
    await ask("job2");
    passSeconds(400);
    refusals.push(ssmError("AccessDeniedException"));
    expect(await sweep()).toMatchObject({
      sent: 0,
      givenUp: 1,
      failed: [{ prefix: "job2", error: expect.stringContaining("AccessDeniedException") }],
    });
  });

  test("a heartbeat that cannot be read lets the sweep fail: nothing may be given up then", async () => {
    const { w, sweep, passSeconds } = await pending();
    passSeconds(90_000);
    w.store.before = (operation, key) => {
      if (operation === "get" && key === HEARTBEAT_KEY) throw new Error("503 SlowDown");
    };
    await expect(sweep()).rejects.toThrow("503 SlowDown");
    expect(w.statuses.get("job1")?.state).toBe("FILE_UPLOAD");
  });

  test("begins with nothing more when time is up, and counts it", async () => {
    const { sweep, sent, passSeconds } = await pending(["job1", "job2"]);
    const noTime = AbortSignal.abort();
    passSeconds(300);
    expect(await sweep(noTime)).toMatchObject({ sent: 0, left: 1, waiting: 2 });
    passSeconds(90_000);
    expect(await sweep(noTime)).toMatchObject({ givenUp: 0, left: 2, waiting: 2 });
    expect(sent).toEqual([]);
  });
});
