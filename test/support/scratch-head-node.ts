import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "@jest/globals";
import { installScript } from "../../local/install-script.mjs";
import { temporaryFolder } from "./temporary-folder.ts";

/** install.sh as it is released. */
const SCRIPT = join(temporaryFolder(), "install.sh");
writeFileSync(SCRIPT, installScript());

/**
 * Takes systemctl's place below a scratch root: it starts what the unit says, with the unit's own
 * environment file, and nothing around it.
 */
const SYSTEMCTL = `#!/bin/sh
set -eu
folder=\${0%/*}
root=$folder/root
unit=$root/etc/systemd/system/cloud-submit-agent.service
pid=$(cat "$folder/pid" 2>/dev/null || :)
running() { [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }
stop() {
  if running; then kill "$pid"; while running; do sleep 0.02; done; fi
  rm -f "$folder/pid"
}
printf '%s\\n' "$*" >>"$folder/systemctl.log"
case $1 in
  restart)
    stop
    set -- $(sed -n 's/^ExecStart=//p' "$unit")
    program=$root$1 agent=$root$2
    set -- $(sed "s,=/\\(opt\\|var\\|home\\),=$root/\\1," "$root/etc/cloud-submit/agent.env") \\
      $(cat "$root/etc/cloud-submit/local.env" 2>/dev/null || :)
    # Its parent waits for it, as systemd does: what has ended is gone at once, not a zombie.
    (
      env -i "$@" "$program" "$agent" >>"$folder/agent.log" 2>&1 &
      echo $! >"$folder/pid"
      wait
    ) >/dev/null 2>&1 9>&- &
    until [ -s "$folder/pid" ]; do sleep 0.01; done
    ;;
  is-active)
    # The SSM agent, which is not ours: its unit is named in a file when it runs.
    case $* in *amazon-ssm-agent.service) [ "$3" = "$(cat "$folder/ssm-unit" 2>/dev/null)" ] || exit 3; exit ;; esac
    if running; then state=active; else state=inactive; fi
    [ "$2" = --quiet ] || echo $state
    [ $state = active ] || exit 3
    ;;
  is-enabled) echo enabled ;;
  disable) stop ;;
esac
`;

const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

/** One entry of a listing: type, mode, where it is and what it holds. */
export type Listing = Record<string, string>;

const made: ScratchHeadNode[] = [];
afterAll(() => {
  // The folder goes after the agent: what ends the agent is in it.
  for (const node of made) {
    node.stop();
    rmSync(node.folder, { recursive: true, force: true });
  }
});

/** A Head Node below a folder of its own: what install.sh sees as a whole machine. */
export class ScratchHeadNode {
  readonly folder = mkdtempSync(join(tmpdir(), "cloud-submit-test-"));
  readonly root = join(this.folder, "root");
  readonly #systemctl = join(this.folder, "systemctl");
  /** Every call of the stand-in for systemctl. */
  readonly calls = join(this.folder, "systemctl.log");

  /** @param like takes everything over from this one, which must not run */
  constructor(osRelease = 'ID=ubuntu\nVERSION_ID="24.04"\n', like?: ScratchHeadNode) {
    if (like) cpSync(like.root, this.root, { recursive: true, verbatimSymlinks: true });
    mkdirSync(join(this.root, "etc"), { recursive: true });
    writeFileSync(join(this.root, "etc/os-release"), osRelease);
    writeFileSync(this.#systemctl, SYSTEMCTL);
    chmodSync(this.#systemctl, 0o755);
    made.push(this);
  }

  /** Runs install.sh on this root. */
  run(
    action: string,
    options: Record<string, string> = {},
    env: Record<string, string> = {},
    wrapper: readonly string[] = [],
  ): SpawnSyncReturns<string> {
    const args = Object.entries({ root: this.root, ...options }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]);
    const [command = "sh", ...rest] = [...wrapper, "sh", SCRIPT, action, ...args];
    return spawnSync(command, rest, {
      encoding: "utf8",
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
    });
  }

  /** Puts an SSM agent in place, a program that only says its version. @param unit what systemd calls it while it runs */
  addSsmAgent(version: string, unit?: string, program = "usr/bin/amazon-ssm-agent"): void {
    mkdirSync(dirname(this.path(program)), { recursive: true });
    const text = `#!/bin/sh\n[ "$1" = -version ] && echo 'SSM Agent version: ${version}'\n`;
    writeFileSync(this.path(program), text);
    chmodSync(this.path(program), 0o755);
    if (unit !== undefined) writeFileSync(join(this.folder, "ssm-unit"), `${unit}\n`);
  }

  /** Option that has services started and stopped for real, by the stand-in for systemctl. */
  get services(): Record<string, string> {
    return { systemctl: this.#systemctl };
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  text(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Everything below the root by path; with `times`, when each was changed last, too. */
  listing(times = false): Listing {
    const found: Listing = {};
    const visit = (folder: string) => {
      for (const name of readdirSync(join(this.root, folder)).toSorted()) {
        const path = join(folder, name);
        const stat = lstatSync(join(this.root, path));
        const parts = [(stat.mode & 0o7777).toString(8), `${stat.uid}:${stat.gid}`];
        if (stat.isSymbolicLink()) parts.push(`-> ${readlinkSync(join(this.root, path))}`);
        if (stat.isFile()) parts.push(md5(readFileSync(join(this.root, path))));
        if (times) parts.push(String(stat.mtimeMs), String(stat.ctimeMs));
        found[path] = parts.join(" ");
        if (stat.isDirectory()) visit(path);
      }
    };
    visit("");
    return found;
  }

  /** Ends the agent that the stand-in for systemctl started. */
  stop(): void {
    if (existsSync(join(this.folder, "pid"))) spawnSync(this.#systemctl, ["disable"]);
  }
}
