import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { below, realOf } from "./places.ts";

/** Whose files may be sent because a script names them. */
export interface Owner {
  home: string;
  /** undefined: the system has no numbers of users. */
  uid: number | undefined;
}

/** Folders of the system, and of its programs. */
const OF_THE_SYSTEM = [
  "/bin /boot /dev /etc /lib /lib32 /lib64 /nix /opt /proc /run /sbin /snap /sys /usr /var",
  "/Applications /Library /System /private/etc /private/var/db",
].flatMap((paths) => paths.split(" "));

/** Of the home folder: what these hold is for this machine alone, or secret. */
const NEVER_OF_HOME: ReadonlySet<string> = new Set(
  ".aws .azure .boto .config .docker .git-credentials .gnupg .kube .local .mozilla .netrc .password-store .pgpass .pki .s3cfg .ssh".split(
    " ",
  ),
);

/** Folders that a machine's programs are in, when there are some. */
const OF_PROGRAMS: ReadonlySet<string> = new Set(["bin", "sbin", "lib", "lib64", "libexec"]);
/** Files of a folder that are looked at for that. */
const LOOKED_MAX = 200;
/** First bytes of a program for this machine: ELF, Mach-O (also for several machines). Sources: elf(5); loader.h of macOS. */
const PROGRAMS = ["7f454c46", "cffaedfe", "cafebabe"];
/** Beside them is an environment of Python, or of conda. */
const ENVIRONMENTS = ["pyvenv.cfg", "conda-meta"];

/**
 * Whether a path is one of the user's own files: below the home folder, or owned by the user outside of the system's folders.
 * Secrets of the home folder are none, and neither are programs: an executable that is no script, environments of Python and
 * conda, and folders such as `bin` and `lib` with a program in them. The cluster has its own of these.
 */
export function isOwnFile(path: string, stats: Stats, { home, uid }: Owner): boolean {
  for (const one of new Set([path, realOf(path)])) {
    const homes = [...new Set([home, realOf(home)])];
    const inHome = homes.map((at) => below(at, one)).find((way) => way !== undefined);
    if (inHome !== undefined && NEVER_OF_HOME.has(inHome.split("/", 1)[0] ?? "")) return false;
    if (inHome === undefined && (uid === undefined || stats.uid !== uid)) return false;
    const system = OF_THE_SYSTEM.find((folder) => below(folder, one) !== undefined);
    const isHomeThere = homes.some((at) => system !== undefined && below(system, at) !== undefined);
    if (system !== undefined && !(inHome !== undefined && isHomeThere)) return false;
  }
  if (stats.isFile() && isProgram(path)) return false;
  return !isAmongPrograms(stats.isFile() ? dirname(path) : path, home);
}

function isAmongPrograms(folder: string, home: string): boolean {
  for (let at = folder; at !== home && at !== dirname(at); at = dirname(at)) {
    if (ENVIRONMENTS.some((name) => isThere(join(at, name)))) return true;
    if (OF_PROGRAMS.has(basename(at)) && holdsPrograms(at)) return true;
  }
  return false;
}

function holdsPrograms(folder: string): boolean {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).slice(0, LOOKED_MAX);
    return entries.some((entry) => !entry.isDirectory() && isProgram(join(folder, entry.name)));
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether a file is a program, or a part of one, that was built for a machine. */
function isProgram(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(4);
      return readSync(file, bytes, 0, 4, 0) === 4 && PROGRAMS.includes(bytes.toString("hex"));
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
