import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { cli, newPrefix } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("links, modes and times go to the job and come back; what is ignored stays", async () => {
  const [outside, target] = [temporaryFolder(), join(temporaryFolder(), "results")];
  const folder = join(temporaryFolder(), "work");
  mkdirSync(join(folder, "data/2026"), { recursive: true });
  writeFileSync(join(folder, "data/2026/in"), "input");
  writeFileSync(join(outside, "shared"), "shared");
  symlinkSync("2026", join(folder, "data/latest"));
  symlinkSync(outside, join(folder, "outside"));
  writeFileSync(join(folder, "tool.sh"), "#!/bin/sh\ncat data/latest/in outside/shared\n");
  chmodSync(join(folder, "tool.sh"), 0o755);
  utimesSync(join(folder, "data/2026/in"), 1_000_000_000, 1_000_000_000);
  writeFileSync(join(folder, "core.dump"), "x");
  writeFileSync(join(folder, ".cloudsubmitignore"), "*.dump\n*.sh\n!tool.sh\n");
  writeFileSync(
    join(folder, "job-aws-run.sh"),
    [
      "#!/bin/bash",
      "[ ! -e core.dump ] || exit 2",
      "readlink data/latest > seen",
      "stat -c %Y data/2026/in >> seen",
      "./tool.sh >> seen",
      "mkdir out && echo done > out/result && ln -s out/result last && ln -s ../seen out/seen",
    ].join("\n"),
  );
  const prefix = newPrefix("sync");
  expect((await cli(["submit", folder, "--prefix", prefix])).code).toBe(0);
  expect(await cli(["wait", prefix])).toMatchObject({ code: 0 });
  expect(await cli(["fetch", prefix, "--to", target])).toMatchObject({ code: 0 });
  expect(readFileSync(join(target, "seen"), "utf8")).toBe("2026\n1000000000\ninputshared");
  expect(readlinkSync(join(target, "last"))).toBe("out/result");
  expect(readFileSync(join(target, "out/seen"), "utf8")).toMatch("2026");
  expect(readlinkSync(join(target, "data/latest"))).toBe("2026");
  expect(lstatSync(join(target, "outside")).isDirectory()).toBe(true);
  expect(statSync(join(target, "tool.sh")).mode & 0o777).toBe(0o755);
  expect(statSync(join(target, "data/2026/in")).mtimeMs).toBe(1_000_000_000_000);
});

test("of three clients at once on one prefix one has its job, on its own files", async () => {
  const prefix = newPrefix("shared");
  const owners = ["a", "b", "c"];
  // The job runs until the others have been told: after its end they could submit one after the other.
  const go = join(temporaryFolder(), "go");
  const folders = owners.map((owner) => {
    const folder = join(temporaryFolder(), owner);
    mkdirSync(folder);
    for (let n = 0; n < 150; n++) writeFileSync(join(folder, `data${n}`), `${owner}\n`);
    writeFileSync(
      join(folder, "job-aws-run.sh"),
      `#!/bin/bash\n# ${owner}\nuntil [ -e ${go} ]; do sleep 0.1; done\ncat data* | sort | uniq -c > seen\ngrep '^# ' "$0" >> seen\n`,
    );
    return folder;
  });
  let ended = 0;
  const ends = await Promise.all(
    folders.map(async (folder) => {
      const end = await cli(["run", folder, "--prefix", prefix]);
      if (++ended === 2) writeFileSync(go, "");
      return end;
    }),
  );
  const codes = ends.map(({ code }) => code);
  expect(codes.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 2, 2]);
  const winner = codes.indexOf(0);
  const owner = owners[winner];
  expect(readFileSync(join(folders[winner] ?? "", "seen"), "utf8")).toBe(
    `    150 ${owner}\n# ${owner}\n`,
  );
});
