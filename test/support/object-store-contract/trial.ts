import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { collect } from "../collect.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A bucket that the promises are tried on. */
export interface Subject {
  /** It may hold other things; what the promises write is theirs alone. */
  store: ObjectStore;
  /** A bucket that is not there. */
  missing: ObjectStore;
  close?: () => Promise<unknown>;
}

/** Makes a test of a promise; `run` gets a prefix of its own, which ends with a slash. */
export type MakePromise = (title: string, run: (prefix: string) => Promise<void>) => void;

/** Fixture of the contract's promises. */
export class Trial {
  readonly folder = temporaryFolder();
  /** Promises that the server is known to break, by topic and title. */
  readonly #exceptions: Set<string>;
  #subject: Subject | undefined;
  #count = 0;

  /** To be called within a `describe`. */
  constructor(open: () => Subject | Promise<Subject>, exceptions: readonly string[]) {
    this.#exceptions = new Set(exceptions);
    beforeAll(async () => {
      this.#subject = await open();
    });
    afterAll(async () => {
      await this.#subject?.close?.();
      // One that is left names no promise.
      expect([...this.#exceptions]).toEqual([]);
    });
  }

  get store(): ObjectStore {
    return this.#there().store;
  }

  get missing(): ObjectStore {
    return this.#there().missing;
  }

  /** Promises about one thing. A test of an exception fails as soon as the server keeps it. */
  about(topic: string, promises: (promise: MakePromise) => void): void {
    describe(topic, () => {
      promises((title, run) => {
        const kind = this.#exceptions.delete(`${topic} ${title}`) ? test.failing : test;
        kind(title, () => run(`contract/${(this.#count += 1)}/`), 60_000);
      });
    });
  }

  /** The text of an object; undefined when there is none. */
  async textOf(key: string): Promise<string | undefined> {
    const got = await this.store.get(key);
    return got && (await buffer(got.body)).toString();
  }

  async keysOf(prefix: string): Promise<string[]> {
    return (await collect(this.store.list(prefix))).map(({ key }) => key);
  }

  /** Puts objects that hold their keys, many at a time. */
  async putAll(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += 100)
      await Promise.all(keys.slice(at, at + 100).map((key) => this.store.put(key, key)));
  }

  /** A new file with this content. */
  file(bytes: Uint8Array | string): string {
    const path = join(this.folder, `file${(this.#count += 1)}`);
    writeFileSync(path, bytes);
    return path;
  }

  #there(): Subject {
    if (!this.#subject) throw new Error("nothing was opened");
    return this.#subject;
  }
}

/** The keys in the order in which S3 lists them. */
export function inOrder(keys: readonly string[]): string[] {
  return keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}
