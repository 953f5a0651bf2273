import { isRefusal } from "../../../bucket/s3/retry.ts";
import { shellWords } from "../../output/shell-words.ts";
import type { Interrupt } from "../../ui/interrupt.ts";
import type { Probe, ProbeUpload } from "./probe.ts";

interface Left {
  /** Command that removes it. */
  command: string;
  remove: () => Promise<unknown>;
}

/** Objects and uploads of checks; they are removed again, whatever comes in between. */
export class Scratch {
  /** Where it all is; no submission has this prefix. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly #probe: Probe;
  readonly #name: string;
  readonly #left = new Map<string | ProbeUpload, Left>();
  #underWay: Promise<unknown> = Promise.resolve();

  /** @param name in the prefix, and no other file's there */
  constructor(probe: Probe, prefix: string, name: string, { signal }: Pick<Interrupt, "signal">) {
    this.#probe = probe;
    this.prefix = prefix;
    this.#name = name;
    this.signal = signal;
  }

  key(what: string): string {
    return `${this.prefix}/doctor-${this.#name}.${what}`;
  }

  /**
   * Does what puts an object there; unless S3 refuses it, that may have been done when it fails.
   *
   * @throws what `task` does, and after an interruption
   */
  make(key: string, task: () => Promise<unknown>): Promise<unknown> {
    return this.during(async () => {
      const { store, bucket } = this.#probe;
      const command = shellWords(["aws", "s3", "rm", `s3://${bucket}/${key}`]);
      this.#left.set(key, { command, remove: () => store.delete(key) });
      try {
        await task();
      } catch (error) {
        if (isRefusal(error)) this.forget(key);
        throw error;
      }
    });
  }

  /** Begins an upload in parts. */
  beginUpload(key: string): Promise<ProbeUpload> {
    return this.during(async () => {
      const upload = await this.#probe.beginUpload(key);
      const at = ["--bucket", this.#probe.bucket, "--key", key, "--upload-id", upload.id];
      const command = shellWords(["aws", "s3api", "abort-multipart-upload", ...at]);
      this.#left.set(upload, { command, remove: () => upload.abort() });
      return upload;
    });
  }

  /** Removes an object or an upload. @throws what S3 says */
  async remove(what: string | ProbeUpload): Promise<void> {
    await this.#left.get(what)?.remove();
    this.forget(what);
  }

  /** It is there no more, or never was. */
  forget(what: string | ProbeUpload): void {
    this.#left.delete(what);
  }

  /** Does what must have ended before anything is tidied up: it could come to be afterwards. */
  during<T>(task: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const done = task();
    this.#underWay = Promise.allSettled([this.#underWay, done]);
    return done;
  }

  /** Removes what is left. @returns a command for each thing that could not be removed */
  async tidy(): Promise<string[]> {
    await this.#underWay;
    const left = [...this.#left.values()];
    this.#left.clear();
    const done = await Promise.allSettled(left.map(({ remove }) => remove()));
    return left.filter((_, at) => done[at]?.status === "rejected").map(({ command }) => command);
  }
}
