import { expect, test } from "@jest/globals";
import { requestSchema } from "../../../protocol/request.ts";

const good = { action: "run", prefix: "job1", submission: "s1" };

test("a request names an action, a prefix and a submission, and nothing else", () => {
  expect(requestSchema.parse({ ...good, more: "x" })).toEqual(good);
});

test.each([
  { action: "erase" },
  { action: undefined },
  { prefix: "../x" },
  { prefix: "" },
  { prefix: "a\nb" },
  { submission: "$(id)" },
  { submission: "x".repeat(65) },
  { submission: 7 },
])("with %j it is none", (wrong) => {
  expect(requestSchema.safeParse({ ...good, ...wrong }).success).toBe(false);
});
