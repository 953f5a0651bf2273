import { afterEach, expect, test } from "@jest/globals";
import { GLOBAL_FLAGS, SETTING_NAMES } from "../../../../cli/global-flags.ts";
import { en } from "../../../../cli/messages/en.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { type MessageKey, sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { speakIn, spokenSay, WITHOUT_FLAGS } from "../../../../cli/slurm/spoken.ts";

afterEach(() => speakIn(sayEnglish));

const NAMES = SETTING_NAMES.map((name) =>
  name.replaceAll(/[A-Z]/g, (one) => `-${one.toLowerCase()}`),
);
const FLAG = new RegExp(`--(${NAMES.join("|")})\\b`);

/** Of administrators' verbs, which look for the deployed stack. */
const STACK = new Set<string>(["problem.noHeadNode", "problem.noLogGroup", "problem.noStack"]);

/** Messages that any program of the project may have to say: of errors that are no one verb's. */
const common = (Object.keys(en) as MessageKey[]).filter((key) =>
  /^(aws|denied|problem)\./.test(key),
);

test("no message of errors tells a user of Slurm's commands to give a flag that these have not", () => {
  const named = common.filter((key) => FLAG.test(en[key]) && !STACK.has(key));
  expect(named.toSorted()).toEqual(Object.keys(WITHOUT_FLAGS).toSorted());
  for (const messages of [en, ja.messages])
    for (const own of Object.values(WITHOUT_FLAGS)) expect(messages[own]).not.toMatch(/--[a-z]/);
});

test("the words in their place have the same values", () => {
  const places = (text: string) => [...new Set(text.match(/\{\w+/g))].toSorted();
  for (const [key, own] of Object.entries(WITHOUT_FLAGS))
    for (const messages of [en, ja.messages])
      expect(places(messages[own])).toEqual(places(messages[key as MessageKey]));
});

test("settings are named in their place, in the language that is spoken", () => {
  const values = { json: "{}", file: "cloud-submit.json" };
  expect(spokenSay()("problem.noBucket", values)).toContain(GLOBAL_FLAGS.bucket.env[0]);
  speakIn(sayIn(ja.messages));
  expect(spokenSay()("problem.noBucket", values)).toContain("CLOUD_SUBMIT_BUCKET、");
  expect(spokenSay()("system.denied")).toBe(ja.messages["system.denied"]);
});
