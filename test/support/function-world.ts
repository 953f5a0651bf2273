import type { CommandEnd, HeadNode } from "../../functions/aws/head-node.ts";
import type { Ports } from "../../functions/aws/ports.ts";
import { Doorbell } from "../../functions/requests/doorbell.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { PrefixRemoval, StateChange } from "../../protocol/event.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { type PendingMarker, parseMarker, pendingFolder } from "../../protocol/marker.ts";
import { keyOf, RECORD_FILE, STATUS_FILE, WRITER_METADATA } from "../../protocol/objects.ts";
import { formatRecord, type JobRecord, parseRecord } from "../../protocol/record.ts";
import type { RequestId } from "../../protocol/request.ts";
import { parseStatus, type State } from "../../protocol/state.ts";
import { heartbeatText } from "./heartbeat.ts";
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
  const removals: PrefixRemoval[] = [];
  const attempts: number[] = [];
  const ends = new Map<string, Omit<CommandEnd, "attempt">>();
  const refusals: Error[] = [];
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
  const headNode: Pick<HeadNode, "send"> = {
    send: async ({ action, prefix, submission, requester }, attempt) => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      attempts.push(attempt ?? 1);
      sent.push({ action, prefix, submission, requester: requester?.account ?? "" });
      return `command-${sent.length}`;
    },
  };
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
    /** Removals that the audit hears of. */
    removals,
    /** SSM's answers on commands, by their ids. */
    ends,
    /** Errors that the next sends meet. */
    refusals,
    /** SSM, as far as it takes commands. */
    headNode,
    /** Called when a marker is being claimed. */
    onClaim: () => undefined as void,
    passSeconds: (seconds: number) => {
      clock += seconds * 1000;
    },
    /** The agent's heartbeat: when its last look began (undefined: it is of an earlier version), and the time by its clock. */
    beats: (looked?: Date, time = new Date(clock), left: string[] = []) =>
      hold(
        HEARTBEAT_KEY,
        heartbeatText({
          time: time.toISOString(),
          ...(looked && { looked: looked.toISOString(), left }),
        }),
      ),
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
        explain: async (commandId) => {
          const attempt = attempts[Number(commandId.replace("command-", "")) - 1];
          const end = ends.get(commandId) ?? { details: "", exitCode: undefined, output: "" };
          return attempt === undefined ? undefined : { attempt, ...end };
        },
      },
      doorbell: new Doorbell(
        { send: (...request) => headNode.send(...request) },
        () => new Date(clock),
      ),
      announce: async (change) => void announced.push(change),
      announceRemoval: async (removal) => void removals.push(removal),
      now: () => new Date(clock),
    } satisfies Ports as Ports,
  };
  return world;
}

/** An error of SSM's, which are told apart by name. */
export function ssmError(name: string): Error {
  return Object.assign(new CloudSubmitError("aws", name), { name });
}
