import { expect, test } from "@jest/globals";
import type { DoctorContext } from "../../../../../cli/verbs/doctor/context.ts";
import { checkOwnPrefix } from "../../../../../cli/verbs/doctor/own-prefix-check.ts";
import { policedStore } from "../../../../support/policed-store.ts";
import { testContext } from "../../../../support/test-ui.ts";

/** The finding for a user who may list what begins with one of these. */
async function check(user: string, ...starts: string[]) {
  const store = policedStore(
    (_action, target) => "listed" in target && starts.some((one) => target.listed.startsWith(one)),
  );
  const { context } = testContext();
  return checkOwnPrefix(context as unknown as DoctorContext, { ...context, store }, user);
}

test("prefixes that begin with the name and two hyphens are the user's own", async () => {
  expect(await check("alice", "alice--")).toMatchObject({
    name: "prefixes",
    verdict: "ok",
    detail: expect.stringContaining("alice--"),
  });
});

test("with one hyphen they are those of others, too: the policy to ask for is named", async () => {
  expect(await check("alice", "alice-")).toMatchObject({
    verdict: "warning",
    fix: expect.stringMatching(/OwnNameSubmitterPolicy.*alice--/),
  });
});

test.each(["alice--b", "alice-", "alice@example.org", ".alice"])(
  "a user called %s can have none of their own",
  async (user) => {
    expect(await check(user, `${user}--`)).toMatchObject({
      verdict: "warning",
      detail: expect.stringContaining(user),
    });
  },
);

test("who may use every prefix is told nothing", async () => {
  expect(await check("alice", "")).toBeUndefined();
});

test("what S3 says otherwise is told, and breaks nothing", async () => {
  const store = policedStore(() => true);
  store.before = () => {
    throw new Error("503 SlowDown");
  };
  const { context } = testContext();
  const said = await checkOwnPrefix(
    context as unknown as DoctorContext,
    { ...context, store },
    "a",
  );
  expect(said).toMatchObject({ verdict: "unknown", detail: expect.stringContaining("503") });
});
