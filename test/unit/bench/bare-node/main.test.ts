import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { s3Scene } from "../../../support/s3-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const s3 = s3Scene();
const execute = promisify(execFile);
const outfile = join(temporaryFolder(), "bare-node.cjs");

beforeAll(async () => {
  await build({
    entryPoints: ["bench/bare-node/main.ts"],
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
  });
});

const run = (verb: string, folder: string, ...more: string[]) =>
  execute(process.execPath, [outfile, verb, s3.url, "b", "p", folder, ...more]);

test("a folder goes up and comes back, large files in parts, with its folders and empty files", async () => {
  const [from, to] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(from, "sub"));
  const files = { empty: Buffer.alloc(0), "sub/large": randomBytes(17_000_001) };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(from, name), content);
  for (let file = 0; file < 40; file++) writeFileSync(join(from, `f${file}`), `${file}`);
  await run("put", from, "4");
  expect(s3.server.objects.size).toBe(42);
  expect(s3.server.count("PUT")).toBe(41 + 3);
  await run("get", to, "4");
  expect(readdirSync(to, { recursive: true })).toHaveLength(43);
  for (const [name, content] of Object.entries(files))
    expect(readFileSync(join(to, name)).equals(content)).toBe(true);
  expect(readFileSync(join(to, "f39"), "utf8")).toBe("39");
  // The large one in three ranges.
  expect(s3.server.seen.filter(({ headers }) => headers.range !== undefined)).toHaveLength(3);
});

test("a refusal, a broken connection and another sum end it with one line", async () => {
  s3.server.put("p/x", Buffer.from("content"));
  const folder = temporaryFolder();
  const failing = async () => {
    const ended: unknown = await run("get", folder, "1").catch((error: unknown) => error);
    return ended as { code: number; stderr: string };
  };
  s3.server.intercept = (_seen, response) => (response.writeHead(403).end(), true);
  expect(await failing()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^bare-node: .*403.*\n$/),
  });
  s3.server.intercept = (_seen, response) => (response.destroy(), true);
  expect(await failing()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^bare-node: .*\n$/),
  });
  s3.server.intercept = ({ key }, response) => {
    if (key !== "p/x") return false;
    response.setHeader("x-amz-checksum-crc32", "AAAAAA==").end("content");
    return true;
  };
  expect(await failing()).toMatchObject({ code: 1, stderr: expect.stringContaining("checksum") });
});
