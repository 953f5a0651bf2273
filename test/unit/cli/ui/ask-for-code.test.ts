import { PassThrough } from "node:stream";
import { expect, test } from "@jest/globals";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { codeAsker } from "../../../../cli/ui/ask-for-code.ts";
import { LiveLine } from "../../../../cli/ui/live-line.ts";
import { fakeTerminal } from "../../../support/fake-terminal.ts";

const ABOUT = { profile: "si\u001b[2Jte", serial: "arn:aws:iam::1:mfa/me" };

/** Asks on a terminal where this is typed; undefined: there is no terminal. */
async function asked(typed: string | undefined) {
  const { stream, seen } = fakeTerminal();
  const live = new LiveLine(stream, true);
  live.show("waiting");
  const input = new PassThrough();
  if (typed !== undefined) input.end(typed);
  let isClosed = false;
  const terminal = { input, write: stream.write, close: () => void (isClosed = true) };
  const ask = codeAsker({ say: sayEnglish, live }, () =>
    typed === undefined ? undefined : terminal,
  );
  return { answer: await ask(ABOUT), seen: seen(), isClosed };
}

test("the question is alone on its line, names device and profile, and no terminal obeys it", async () => {
  const { answer, seen, isClosed } = await asked("123456\nmore");
  expect(answer).toBe("123456");
  expect(seen.at(-1)).toBe("MFA code of arn:aws:iam::1:mfa/me for profile si\\u001b[2Jte: ");
  expect(isClosed).toBe(true);
});

test("the end of the input is an empty answer; without a terminal nobody is asked", async () => {
  expect(await asked("")).toMatchObject({ answer: "", isClosed: true });
  expect(await asked(undefined)).toMatchObject({ answer: undefined, seen: ["waiting"] });
});
