// The S3 server of the transfer tests: versitygw (Apache 2.0), which verifies signatures.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

const VERSION = "v1.8.0";

/** The version is in the path: another one is another file. */
const folder = join(checkout, ".local", "versitygw", VERSION);

/** The program, once it was built. */
export const VERSITYGW = join(folder, "versitygw");

/** How to build it, with what environment. */
export const BUILD = {
  args: ["install", `github.com/versity/versitygw/cmd/versitygw@${VERSION}`],
  env: { GOBIN: folder, CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
};

/** The least version of Go that its go.mod takes. */
const GO_MINOR_MIN = 25;

/** Whether a go command is new enough. */
export function isNewEnough(go) {
  const { stdout } = spawnSync(go, ["env", "GOVERSION"], {
    encoding: "utf8",
    env: { ...process.env, GOTOOLCHAIN: "local" },
  });
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  return Number(major) > 1 || Number(minor) >= GO_MINOR_MIN;
}
