import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { cliConfig } from "../../../../cli/config.ts";
import { reportError } from "../../../../cli/errors/report-error.ts";
import { checkPattern, checkPrefix } from "../../../../cli/jobs/check-prefix.ts";
import { parseSince } from "../../../../cli/jobs/since.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { lineText } from "../../../../cli/ui/line.ts";
import { PLAIN } from "../../../../cli/ui/style.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** Lines for an error, and the exit code. */
function told(error: unknown, say = sayEnglish): { lines: string[]; exitCode: number } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(lineText(line, PLAIN));
  return { exitCode: reportError(error, say, { json: false, write }), lines };
}

function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return told(error).lines.join("\n");
  }
  return "nothing was thrown";
}

describe("--since", () => {
  const now = new Date("2026-11-29T12:00:00Z");

  test("a date is that day here, wherever here is", () => {
    const at = parseSince("2026-11-29", now);
    expect([at.getFullYear(), at.getMonth(), at.getDate(), at.getHours()]).toEqual([
      2026, 10, 29, 0,
    ]);
  });

  test("a time is here, unless it says where", () => {
    expect(parseSince("2026-11-29T08:00:00Z", now).toISOString()).toBe("2026-11-29T08:00:00.000Z");
    expect(parseSince("2026-11-29T08:00+09:00", now).toISOString()).toBe(
      "2026-11-28T23:00:00.000Z",
    );
    expect(parseSince("2026-11-29 08:30", now).getHours()).toBe(8);
  });

  test.each(["2026-02-30", "2026-13-01", "2026-00-10", "2025-02-29T10:00Z", "2026-01-01T25:00"])(
    "%s does not exist",
    (text) => expect(thrownBy(() => parseSince(text, now))).toMatch(/there is no such day or time/),
  );

  test.each(["2026-11-29 (foo)", "yesterday", "", "2026-1-1"])("%j is not understood", (text) =>
    expect(thrownBy(() => parseSince(text, now))).toMatch(/give 30m/),
  );
});

test.each([
  ["job/", '"job/" is no prefix: give job'],
  ["s3://b/job/", '"s3://b/job/" is no prefix: give job'],
  ["job\r", '"job\\r" is no prefix: give job'],
  ["a/b", '"a/b" is not allowed'],
])("the prefix %j", (prefix, expected) => {
  expect(thrownBy(() => checkPrefix(prefix))).toContain(expected);
  expect(thrownBy(() => checkPattern(prefix.replace("job", "jo*")))).toMatch(
    /is no prefix: give jo\*|not allowed/,
  );
});

test("an empty pattern is none, and means no job", () => {
  expect(thrownBy(() => checkPattern(""))).toContain('"" is not allowed');
});

describe("settings", () => {
  const config = (flags: object) => thrownBy(() => cliConfig(flags, {}, temporaryFolder()));

  test.each([
    ["s3://jobs", '"s3://jobs" is no bucket\'s name: give jobs'],
    ["s3://jobs/x/", "give jobs"],
    ["jobs\r", '"jobs\\r" is no bucket\'s name: give jobs'],
    ["my jobs", "give my"],
    ["\u001b", "give the name alone"],
  ])("the bucket %j", (bucket, expected) => expect(config({ bucket })).toContain(expected));

  test("a line end in another one", () =>
    expect(config({ bucket: "b", region: "eu-west-1\r" })).toContain('region: "eu-west-1\\r"'));

  const inFile = (bytes: Buffer) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "cloud-submit.json"), bytes);
    return thrownBy(() => expect(cliConfig({}, {}, folder)).toEqual({ bucket: "b" }));
  };

  test("the file in UTF-16 is named; in UTF-8 with a mark before it, it is read", () => {
    const text = '\ufeff{"bucket": "b"}';
    expect(inFile(Buffer.from(text, "utf16le"))).toMatch(
      /cloud-submit\.json: it is UTF-16: save it as UTF-8/,
    );
    expect(inFile(Buffer.from(text))).toBe("nothing was thrown");
  });
});

test("a full disk is named with the file", async () => {
  const store = new MemoryStore();
  await store.put("j/x/y", "text");
  store.getFile = () =>
    Promise.reject(
      Object.assign(new Error("ENOSPC: no space left on device, write"), {
        code: "ENOSPC",
        syscall: "write",
      }),
    );
  const root = temporaryFolder();
  const error: unknown = await downloadFolder(store, "j", root).catch((one: unknown) => one);
  const { lines, exitCode } = told(error);
  expect(lines[0]).toBe(
    `cloud-submit: "${join(root, "x/y")}": the disk is full, or a quota is used up: make room, then repeat the command (ENOSPC)`,
  );
  expect(exitCode).toBe(6);
});

test("a folder that may not be written to is named by the file that is for it", async () => {
  const store = new MemoryStore();
  await store.put("j/x/y", "text");
  const root = temporaryFolder();
  const [part, dest] = [join(root, ".cloud-submit-parts/p"), join(root, "x/y")];
  const denied = { code: "EACCES", syscall: "rename", path: part, dest };
  store.getFile = () => Promise.reject(Object.assign(new Error("EACCES"), denied));
  const error: unknown = await downloadFolder(store, "j", root).catch((one: unknown) => one);
  expect(told(error).lines).toEqual([
    `cloud-submit: "${dest}": this user may not use it: check owner and permissions (EACCES)`,
  ]);
});

test("a file that is too large for its disk is named, and says what to do", async () => {
  const store = new MemoryStore();
  await store.put("j/x", "text");
  const tooLarge = Object.assign(new Error("EFBIG"), { code: "EFBIG", syscall: "write" });
  store.getFile = () => Promise.reject(tooLarge);
  const root = temporaryFolder();
  const error: unknown = await downloadFolder(store, "j", root).catch((one: unknown) => one);
  expect(told(error)).toEqual({
    lines: [
      `cloud-submit: "${join(root, "x")}": the disk takes no file so large: choose a place on another one, or raise the limit with ulimit -f (EFBIG)`,
    ],
    exitCode: 6,
  });
});

test.each(["EMFILE", "ENFILE"])("too few file descriptors (%s) have words of their own", (code) => {
  const error = Object.assign(new Error(`${code}: open "/x"`), {
    code,
    syscall: "open",
    path: "/x",
  });
  expect(told(error)).toEqual({
    lines: [expect.stringMatching(/^cloud-submit: "\/x": too many files are open.*ulimit -n/)],
    exitCode: 6,
  });
});

test("whatever is thrown is said in one line, without a stack", () => {
  const say = [sayEnglish, sayIn(ja.messages)];
  const errors = fc
    .record({
      message: fc.string({ unit: "binary" }),
      name: fc.oneof(fc.string(), fc.constantFrom("AccessDenied", "NoSuchBucket", "TypeError")),
      code: fc.constantFrom(
        "ENOSPC",
        "EMFILE",
        "ENFILE",
        "EACCES",
        "EROFS",
        "EDQUOT",
        "EFBIG",
        "EPIPE",
        "ECONNRESET",
        "EINVAL",
        undefined,
      ),
      path: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
      syscall: fc.constantFrom("write", "open", "connect", undefined),
    })
    .map(({ message, ...fields }) => Object.assign(new Error(message), fields));
  const odd = fc.constantFrom(Object.create(null), Symbol("x"), undefined, null, 0n, () => 1, {
    toString: () => {
      throw new Error("no");
    },
  });
  fc.assert(
    fc.property(fc.oneof(errors, fc.anything(), odd), fc.constantFrom(...say), (error, words) => {
      const { lines, exitCode } = told(error, words);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^cloud-submit: /);
      expect(lines[0]).not.toMatch(/\p{Cc}|\n {4}at /u);
      expect(exitCode).toBeGreaterThan(0);
    }),
  );
});

test.each([
  ["NoSuchBucket", 1],
  ["SlowDown", 2],
])("how to go on after %s: %i lines", (name, lines) => {
  const told: string[] = [];
  const error = Object.assign(new Error("x"), { name, $metadata: {} });
  const wayOn = { command: "cloud-submit submit x", line: (_: unknown, then: string) => then };
  for (const json of [false, true])
    reportError(error, sayEnglish, { json, wayOn, write: (line) => void told.push(line) });
  expect([told.length, told.at(-1)?.includes(wayOn.command)]).toEqual([lines + 1, lines === 2]);
});
