import { describe, expect, test } from "@jest/globals";
import type { ObjectStore } from "../../../../../bucket/object-store.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { realDoctorContext } from "../../../../../cli/verbs/doctor/context.ts";
import { HEARTBEAT_KEY } from "../../../../../protocol/heartbeat.ts";
import { doctorScene } from "../../../../support/doctor-world.ts";
import { heartbeatText } from "../../../../support/heartbeat.ts";

const world = doctorScene();
const DEEP = { deep: true, prefix: "mine", timeout: 60 };

/** A refusal as S3's client tells it. */
function denied(action: string): S3Error {
  return Object.assign(new S3Error("AccessDenied", "m", { status: 403 }), { action });
}

describe("the job of --deep is not run, and nothing of it is left, where it could only fail", () => {
  test.each(["s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject"])(
    "without %s",
    async (action) => {
      const w = await world({ withNullJob: () => Promise.reject(new Error("the job was run")) });
      w.denied.push(action);
      const { find, notChecked } = await w.examine(DEEP);
      expect([find("job"), notChecked.at(-1)]).toEqual([undefined, "job"]);
      expect(await keysOf(w.store)).toEqual([HEARTBEAT_KEY]);
    },
  );

  test.each([
    ["none", undefined],
    ["one that was stopped", heartbeatText({ state: "stopped" })],
    ["one without Slurm", heartbeatText({ slurm: { state: "unreachable", detail: "x" } })],
  ])("with this agent: %s", async (_, heartbeat) => {
    const w = await world();
    if (heartbeat === undefined) await w.store.delete(HEARTBEAT_KEY);
    else await w.store.put(HEARTBEAT_KEY, heartbeat);
    const { find, notChecked } = await w.examine(DEEP);
    expect([find("agent")?.verdict, find("job"), notChecked]).toEqual([
      "broken",
      undefined,
      ["job"],
    ]);
    expect((await keysOf(w.store)).filter((key) => key !== HEARTBEAT_KEY)).toEqual([]);
  });

  test("without events", async () => {
    const w = await world();
    w.hasEvents = false;
    expect((await w.examine(DEEP)).notChecked).toEqual(["job"]);
  });

  test("but where the heartbeat may not be read, it is", async () => {
    const w = await world();
    const get = w.store.get.bind(w.store);
    w.store.get = async (key, ...more) => {
      if (key === HEARTBEAT_KEY) throw denied("s3:GetObject");
      return get(key, ...more);
    };
    const { find } = await w.examine(DEEP);
    expect([find("agent")?.verdict, find("job")?.verdict]).toEqual(["unknown", "broken"]);
  });
});

/** All that is in a store. */
async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys;
}

describe("what the job has left is named", () => {
  test("with when to remove it, where the job may still be at work", async () => {
    const w = await world();
    const { find } = await w.examine(DEEP);
    expect(find("leftovers")).toMatchObject({
      verdict: "warning",
      detail: expect.stringMatching(
        /still be at work below mine\/; .*: aws s3 rm --recursive s3:\/\/\S+\/mine\/$/,
      ),
    });
  });

  test.each(["delete", "get"] as const)("where %s is refused", async (method) => {
    const w = await world();
    const { sleep } = w.context;
    w.context.sleep = async (ms) => {
      await sleep(ms);
      await w.store.put("mine/job-aws-stat.txt", "JOB_COMPLETE\n");
      const real = w.store[method].bind(w.store) as ObjectStore["get"];
      w.store[method] = async (key: string, ...more: []) => {
        if (key.startsWith("mine/")) throw denied("s3:DeleteObject");
        return real(key, ...more) as never;
      };
    };
    const { find } = await w.examine(DEEP);
    expect(find("job")?.verdict).toBe("broken");
    expect(find("leftovers")?.detail).toMatch(
      /could not be removed; to do so: aws s3 rm --recursive s3:\/\/\S+\/mine\/$/,
    );
  });
});

test.each(["put", "get", "list"] as const)(
  "a refusal of %s that only the job meets says what to ask for",
  async (method) => {
    const w = await world();
    const real = w.store[method];
    Object.assign(w.store, {
      [method]: (key: string, ...more: []) => {
        if (!key.startsWith("mine/")) return Reflect.apply(real, w.store, [key, ...more]) as never;
        throw denied(method === "list" ? "s3:ListBucket" : `s3:${method}Object`);
      },
    });
    const { find } = await w.examine(DEEP);
    expect(find("job")).toMatchObject({ verdict: "broken", fix: expect.any(String) });
    expect(find("job")?.detail).toMatch(/s3:(?:put|get|List)/);
  },
);

test("the folder of the job keeps the name of an error that comes while it is in use", async () => {
  const error = denied("s3:PutObject");
  const context = realDoctorContext({ ui: {} } as never);
  await expect(context.withNullJob(() => Promise.reject(error))).rejects.toBe(error);
});
