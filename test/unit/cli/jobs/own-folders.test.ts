import { homedir } from "node:os";
import { expect, test } from "@jest/globals";
import { ownFolders } from "../../../../cli/jobs/own-folders.ts";

const at = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string) => {
  const { uploads, folders, sent, slurm, hashes } = ownFolders(env, platform, () => home);
  expect(folders).toBe(uploads?.replace("uploads", "folders"));
  expect(sent).toBe(uploads?.replace("uploads", "sent"));
  expect(slurm).toBe(uploads?.replace("uploads", "slurm"));
  return [uploads, hashes];
};

const WINDOWS_HOME = "C:\\Users\\taro";
const IN_LOCAL = ["D:\\Local\\cloud-submit\\uploads", "D:\\Local\\cloud-submit\\hashes"];
const UNDER_WINDOWS_HOME = ["uploads", "hashes"].map(
  (name) => `C:\\Users\\taro\\AppData\\Local\\cloud-submit\\${name}`,
);
const UNDER_HOME = [
  "/home/taro/.local/state/cloud-submit/uploads",
  "/home/taro/.cache/cloud-submit/hashes",
];

test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string, (string | undefined)[]]>([
  ["Linux", {}, "linux", "/home/taro", UNDER_HOME],
  ["FreeBSD", {}, "freebsd", "/home/taro", UNDER_HOME],
  [
    "Linux, with folders of one's own",
    { XDG_STATE_HOME: "/s", XDG_CACHE_HOME: "/c" },
    "linux",
    "/home/taro",
    ["/s/cloud-submit/uploads", "/c/cloud-submit/hashes"],
  ],
  [
    "a path that is not absolute, which counts as none",
    { XDG_STATE_HOME: "s", XDG_CACHE_HOME: "./c" },
    "linux",
    "/home/taro",
    UNDER_HOME,
  ],
  [
    "Windows' variable on Linux, as WSL hands it on",
    { LOCALAPPDATA: "D:\\Local" },
    "linux",
    "/home/taro",
    UNDER_HOME,
  ],
  [
    "macOS",
    {},
    "darwin",
    "/Users/taro",
    [
      "/Users/taro/Library/Application Support/cloud-submit/uploads",
      "/Users/taro/Library/Caches/cloud-submit/hashes",
    ],
  ],
  ["Windows", { LOCALAPPDATA: "D:\\Local" }, "win32", WINDOWS_HOME, IN_LOCAL],
  ["Windows, without the variable", {}, "win32", WINDOWS_HOME, UNDER_WINDOWS_HOME],
  ["Windows, with an empty HOME", { HOME: "" }, "win32", WINDOWS_HOME, UNDER_WINDOWS_HOME],
  [
    "Windows, with a home on the network",
    {},
    "win32",
    "\\\\server\\homes\\taro",
    ["uploads", "hashes"].map(
      (name) => `\\\\server\\homes\\taro\\AppData\\Local\\cloud-submit\\${name}`,
    ),
  ],
  ["no home", {}, "linux", "", [undefined, undefined]],
  [
    "an empty HOME, for which Node.js may take another",
    { HOME: "" },
    "linux",
    "/root",
    [undefined, undefined],
  ],
  ["a home that is not absolute", {}, "darwin", "taro", [undefined, undefined]],
])("on %s", (_, env, platform, home, wanted) => {
  expect(at(env, platform, home)).toEqual(wanted);
});

test("a user without a home has none, also where asking for it fails", () => {
  const fails = () => {
    throw new Error("ERR_SYSTEM_ERROR");
  };
  for (const platform of ["linux", "darwin", "win32"] as const)
    expect(Object.values(ownFolders({}, platform, fails))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  expect(ownFolders({ XDG_STATE_HOME: "/s" }, "linux", fails).uploads).toBe(
    "/s/cloud-submit/uploads",
  );
});

test("by itself, the machine and its user are asked", () => {
  expect(ownFolders({}).uploads).toContain(homedir());
});
