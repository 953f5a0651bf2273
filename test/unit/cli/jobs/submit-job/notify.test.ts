import { expect, test } from "@jest/globals";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import { submitVerb } from "../../../../../cli/verbs/submit/description.ts";
import { sweep } from "../../../../../cli/verbs/sweep/sweep.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

test("--notify is in the request's metadata, in lower case; without it there is none", async () => {
  const { context, store } = testContext();
  await submitJob(context, scriptFolder(), { prefix: "a", notify: "Taro@example.org" });
  await submitJob(context, scriptFolder(), { prefix: "b" });
  const told = (prefix: string) => store.objects.get(`${prefix}/job-aws-stat.txt`)?.metadata.notify;
  expect([told("a"), told("b")]).toEqual(["taro@example.org", undefined]);
});

test("what is no address is refused before anything is sent", () => {
  expect(() => parseFlags(submitVerb.flags, { notify: "a@b.c,d@e.f" })).toThrow("--notify");
});

test("a sweep tells of its array, and is refused where it would tell of each row", async () => {
  const { context, store } = testContext();
  const flags = { set: ["a=1,2"], prefix: "s", notify: "taro@example.org" };
  await sweep(context, scriptFolder(), flags);
  expect(store.objects.get("s/job-aws-stat.txt")?.metadata.notify).toBe("taro@example.org");
  await expect(
    sweep(context, scriptFolder(), { ...flags, prefix: "t", prefixPerRow: true }),
  ).rejects.toThrow("--notify");
});
