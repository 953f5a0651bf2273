import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setFlagsFromString } from "node:v8";
import { type Machine, newMachine } from "../bucket/machine.ts";
import type { ObjectStore } from "../bucket/object-store.ts";
import { isTransient } from "../bucket/s3/retry.ts";
import { S3, type S3Access } from "../bucket/s3/s3.ts";
import { UploadStateFolder } from "../bucket/s3/upload-states.ts";
import { boundHeap } from "./bound-heap.ts";
import { cliConfig, localEnvironment } from "./config.ts";
import type { Settings } from "./global-flags.ts";
import { ownFolders } from "./jobs/own-folders.ts";
import { Patience } from "./jobs/patience.ts";
import { optimizeLate } from "./quick-engine.ts";
import { OutageNote } from "./ui/outage-note.ts";
import type { Ui } from "./ui/ui.ts";

/** Ports of the verbs that work on jobs. */
export interface Context extends Ui {
  bucket: string;
  store: ObjectStore;
  outage: OutageNote;
  /** For verbs that follow a job. */
  patience: Patience;
  /** A few random characters. */
  random(): string;
  /** A key that nobody guesses: 128 bits in base64url. */
  secret(): string;
  /** user@host */
  submitter: string;
  /** File that remembers the hashes of large files; undefined: nothing does. */
  hashCache?: string | undefined;
  /** Folder that remembers what was sent from users' folders and fetched into them; undefined: nothing does. */
  copyStates?: string | undefined;
  /** Folder that remembers large objects that were sent; undefined: nothing does. */
  sentStates?: string | undefined;
  /** undefined: a new one. */
  machine?: Machine;
}

/** The context of a real command line. */
export function realContext(flags: Settings, ui: Ui): Context {
  const { v8 } = process.versions;
  optimizeLate(v8, setFlagsFromString);
  process.prependOnceListener("exit", boundHeap(v8, setFlagsFromString));
  const { env, cwd } = localEnvironment();
  const config = cliConfig(flags, env, cwd);
  const machine = newMachine();
  const { uploads: states, folders, sent, hashes } = ownFolders(env);
  const { bucket, ...settings } = config;
  const access = { ...settings, machine, env };
  const outage = new OutageNote(ui);
  const s3 = new S3({
    ...access,
    // Loaded when it is needed: few credentials ask for a code.
    askForCode: async (wanted) => (await import("./ui/ask-for-code.ts")).askForCode(ui)(wanted),
    onOutage: (is) => (is ? outage.lasts(is.reason, is.ms) : outage.ended()),
    states: states === undefined ? undefined : new UploadStateFolder(states),
  });
  return {
    ...ui,
    bucket,
    store: s3.store(bucket),
    outage,
    patience: new Patience(outage, () => answers(access, bucket)),
    random: () => randomBytes(3).toString("hex"),
    secret: () => randomBytes(16).toString("base64url"),
    submitter: submitterName(),
    hashCache: hashes,
    copyStates: folders,
    sentStates: sent,
    machine,
  };
}

/** Whether S3 answers, whatever it says: it is asked with credentials that are nobody's. */
async function answers(access: S3Access, bucket: string): Promise<boolean> {
  const credentials = { accessKeyId: "nobody", secretAccessKey: "nobody" };
  const store = new S3({ ...access, credentials, attempts: 1 }).store(bucket);
  try {
    await store.get("nothing");
    return true;
  } catch (error) {
    return !isTransient(error);
  }
}

/** user@host; containers run under numbers that have no name. */
function submitterName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}
