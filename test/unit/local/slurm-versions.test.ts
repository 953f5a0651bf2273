import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";

const bin = mkdtempSync(join(tmpdir(), "slurm-versions-"));
afterAll(() => rmSync(bin, { recursive: true }));

/** Asks, with these programs alone on PATH, why other versions of Slurm cannot be had. */
function why(programs: Record<string, string>): string {
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const module = new URL("../../../local/slurm-versions.mjs", import.meta.url).href;
  const script = `import { whyNoOtherSlurm } from "${module}"; console.log(whyNoOtherSlurm());`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env: { PATH: bin },
  }).trim();
}

test("a machine without apt is told that it has none", () => {
  expect(why({})).toMatch(/there is no apt-get here$/);
});

test("a machine whose packages are not Debian's is told so", () => {
  const ubuntu = `[ "$1" = --version ] || echo 'noble|main|mirror'`;
  expect(why({ "apt-get": ubuntu, "dpkg-deb": "true" })).toMatch(/no source of Debian here$/);
});
