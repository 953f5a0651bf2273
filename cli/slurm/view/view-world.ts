import type { Board } from "../../../protocol/board.ts";
import type { Heartbeat } from "../../../protocol/heartbeat.ts";
import type { JobFile } from "../job-file.ts";

/** The bucket and the state folder, as far as the commands that show something need them. */
export interface ViewSource {
  /** All jobs of this user and bucket that have been sent from here. */
  files(): Promise<readonly JobFile[]>;
  /** The board, with one request; undefined: there is none yet. Throws when S3 does not answer. */
  board(): Promise<Board | undefined>;
  /** A file with its job as the bucket tells of it alone, with two requests; it is kept, so that the next call has it. */
  reread(file: JobFile): Promise<JobFile>;
  /** The agent's heartbeat, with one request; undefined: there is none. */
  heartbeat(): Promise<Heartbeat | undefined>;
  /**
   * The partition of jobs that ask for none, with one request at most; undefined: not known. Never throws.
   *
   * @param asks false: without a request
   */
  usualPartition(asks: boolean): Promise<string | undefined>;
}

/** The clocks of a command. Both are read anew each time, as the first answer of the bucket may set the one right. */
export interface ViewClocks {
  /** The time in the cloud, as the bucket has told it; before its first answer this machine's, which may be wrong by hours. */
  now: () => Date;
  /** This machine's time, by which the files of jobs are written. */
  ownNow: () => Date;
}

/** Who and where. */
export interface ViewUser {
  name: string;
  uid: number;
  group: string;
  gid: number;
  host: string;
}

/** All that these commands use; wired where the program begins. */
export interface ViewWorld extends ViewClocks {
  source: ViewSource;
  user: ViewUser;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether this machine knows a user, by name or number. */
  userExists: (name: string) => Promise<boolean>;
  /** The same for a group. */
  groupExists: (name: string) => Promise<boolean>;
  /** Prints text as it is; with its line ends. */
  out: (text: string) => void;
  err: (text: string) => void;
}

/** One of the commands: its arguments, without its own name; the exit code. */
export type ViewCommand = (args: readonly string[], world: ViewWorld) => Promise<number>;
