import type { CommandEnd } from "../../functions/aws/head-node.ts";
import type { Ports } from "../../functions/aws/ports.ts";
import { commentOf } from "../../functions/requests/command-comment.ts";
import { CommandsOnTheirWay } from "../../functions/requests/commands-on-their-way.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { StateChange } from "../../protocol/event.ts";
import { type PendingMarker, parseMarker, pendingFolder } from "../../protocol/marker.ts";
import { keyOf, RECORD_FILE, STATUS_FILE, WRITER_METADATA } from "../../protocol/objects.ts";
import { formatRecord, type JobRecord, parseRecord } from "../../protocol/record.ts";
import type { RequestId } from "../../protocol/request.ts";
import { parseStatus, type State } from "../../protocol/state.ts";
import { MemoryStore } from "./memory-store.ts";

/** Properties of a status object besides its state. */
export interface StatusFacts {
  lastModified?: Date | undefined;
  metadata?: Record<string, string>;
  /** It came back with the results of a job. */
  isResult?: boolean;
}

/** A command as it reached the Head Node: the parameters of the document. */
export type SentRequest = RequestId & { requester: string };

/** A bucket in memory, a Head Node that notes what it is sent, and a clock that a test moves. */
export function functionWorld() {
  const store = new MemoryStore();
  const sent: SentRequest[] = [];
  const announced: StateChange[] = [];
  const ends = new Map<string, CommandEnd>();
  const refusals: Error[] = [];
  const underWay: { request: RequestId; at: number }[] = [];
  let clock = Date.parse("2026-11-23T20:45:01Z");
  let versions = 0;
  store.now = () => new Date(clock);
  store.before = (operation, key) => {
    if (operation === "put" && key.startsWith(pendingFolder())) world.onClaim();
  };
  /** Puts an object into the bucket at once. */
  const hold = (key: string, text: string, facts: StatusFacts & { versionId?: string } = {}) =>
    store.hold(key, Buffer.from(text), {
      versionId: undefined,
      lastModified: new Date(clock),
      metadata: {},
      ...facts,
    });
  const markers = () =>
    [...store.objects]
      .filter(([key]) => key.startsWith(pendingFolder()))
      .map(([key, { body }]): [string, PendingMarker | undefined] => [
        key,
        parseMarker(body.toString()),
      ]);
  const world = {
    store,
    /** The state of each job. */
    statuses: {
      get: (prefix: string) => {
        const bytes = store.objects.get(keyOf(prefix, STATUS_FILE))?.body;
        return bytes && { state: parseStatus(bytes) };
      },
      delete: (prefix: string) => store.objects.delete(keyOf(prefix, STATUS_FILE)),
    },
    records: {
      get: (prefix: string) => parseRecord(store.text(keyOf(prefix, RECORD_FILE)) ?? ""),
      set: (prefix: string, record: JobRecord) =>
        hold(keyOf(prefix, RECORD_FILE), formatRecord(record)),
      [Symbol.iterator]: () =>
        [...store.objects.keys()].filter((key) => key.endsWith(RECORD_FILE)).values(),
    },
    markers: {
      get size() {
        return markers().length;
      },
      values: () => markers().flatMap(([, marker]) => marker ?? []),
      [Symbol.iterator]: () => markers().values(),
    },
    sent,
    announced,
    /** SSM's answers on commands, by their ids. */
    ends,
    /** Errors that the next sends meet. */
    refusals,
    /** The commands that SSM has not brought to an end; a test adds them, since all others end at once. */
    underWay,
    /** Called when a marker is being claimed. */
    onClaim: () => undefined as void,
    passSeconds: (seconds: number) => {
      clock += seconds * 1000;
    },
    /** A user, or the agent, writes the status object. */
    status: (
      prefix: string,
      state: State | undefined,
      { isResult, ...facts }: StatusFacts = {},
    ): void => {
      versions += 1;
      hold(keyOf(prefix, STATUS_FILE), `${state ?? "no state"}\n`, {
        versionId: `v${versions}`,
        ...facts,
        ...(isResult && { metadata: { [WRITER_METADATA]: "agent" } }),
      });
    },
    ports: {
      bucketName: "b",
      store,
      headNode: {
        send: async ({ action, prefix, submission, requester }) => {
          const refusal = refusals.shift();
          if (refusal) throw refusal;
          sent.push({ action, prefix, submission, requester: requester?.account ?? "" });
          return `command-${sent.length}`;
        },
        explain: async (commandId) => ends.get(commandId),
        onTheirWay: async () => {
          const found = new CommandsOnTheirWay();
          for (const { request, at } of underWay) found.add(commentOf(request), new Date(at));
          return found;
        },
      },
      announce: async (change) => void announced.push(change),
      now: () => new Date(clock),
    } satisfies Ports as Ports,
  };
  return world;
}

/** An error of SSM's, which are told apart by name. */
export function ssmError(name: string): Error {
  return Object.assign(new CloudSubmitError("aws", name), { name });
}
