import type { FetchedFile } from "../../bucket/object-store.ts";
import type {
  Brought,
  Destination,
  LocalObjects,
  WantedObject,
} from "../../transfer/local-objects.ts";
import type { JobResults } from "./job-results.ts";
import { CACHED_FROM, type ObjectCache } from "./object-cache.ts";

/** Milliseconds between looks whether a job that waits for another one's fetch was cancelled. */
const ASKED_AGAIN_MS = 1000;

export interface StagedOncePorts {
  cache: Pick<ObjectCache, "has" | "place" | "keep">;
  results: Pick<JobResults, "place">;
  sleep: (ms: number) => Promise<void>;
}

/** Brings objects to jobs: what is on the disk already, or was being fetched for another job, is not fetched again. */
export class StagedOnce implements LocalObjects {
  readonly keptFrom = CACHED_FROM;
  readonly #ports: StagedOncePorts;
  /** Fetches under way, by object; none is ever rejected. */
  readonly #flights = new Map<string, Promise<void>>();

  constructor(ports: StagedOncePorts) {
    this.#ports = ports;
  }

  async bring(
    wanted: WantedObject,
    to: Destination,
    fetch: () => Promise<FetchedFile | undefined>,
    goOn: () => void,
  ): Promise<Brought | undefined> {
    const { cache, results } = this.#ports;
    if (wanted.size < CACHED_FROM)
      return (await results.place(wanted, to)) ?? this.#fetch(wanted, to, fetch);
    const id = JSON.stringify([wanted.key, wanted.etag, wanted.version]);
    let mayWait = true;
    for (;;) {
      const flight = mayWait ? this.#flights.get(id) : undefined;
      if (flight) await wait(flight, goOn, this.#ports.sleep);
      const copy = cache.has(wanted) ? await cache.place(wanted, to) : undefined;
      const found = copy ?? (await results.place(wanted, to));
      if (found) return found;
      // It was not kept, or its fetch has failed: then each job fetches its own.
      if (flight) mayWait = false;
      if (!mayWait) return this.#fetch(wanted, to, fetch);
      // No await since this look: whoever comes next waits.
      if (!this.#flights.has(id)) return this.#fly(id, () => this.#fetch(wanted, to, fetch));
    }
  }

  async #fly<T>(id: string, fetch: () => Promise<T>): Promise<T> {
    const flight = fetch();
    this.#flights.set(
      id,
      flight.then(
        () => undefined,
        () => undefined,
      ),
    );
    try {
      return await flight;
    } finally {
      this.#flights.delete(id);
    }
  }

  async #fetch(
    wanted: WantedObject,
    to: Destination,
    fetch: () => Promise<FetchedFile | undefined>,
  ): Promise<Brought | undefined> {
    const object = await fetch();
    if (!object) return undefined;
    const isPlaced = await this.#ports.cache.keep(wanted, object, to);
    return { object, isLocal: false, isPlaced };
  }
}

/** Waits for another job's fetch, which may take hours, as long as this job is to go on. */
async function wait(
  flight: Promise<void>,
  goOn: () => void,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const over = flight.then(() => "over" as const);
  while ((await Promise.race([over, sleep(ASKED_AGAIN_MS)])) !== "over") goOn();
  goOn();
}
