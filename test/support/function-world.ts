import type { CommandEnd, HeadNodeRequest } from "../../functions/aws/head-node.ts";
import type { StatusObject } from "../../functions/aws/job-bucket.ts";
import type { MarkerId } from "../../functions/aws/pending-markers.ts";
import type { Ports } from "../../functions/aws/ports.ts";
import { commentOf } from "../../functions/requests/command-comment.ts";
import { CommandsOnTheirWay } from "../../functions/requests/commands-on-their-way.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { StateChange } from "../../protocol/event.ts";
import type { PendingMarker } from "../../protocol/marker.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { State } from "../../protocol/state.ts";

const keyOf = ({ prefix, action, submission }: MarkerId) => `${prefix}/${action}-${submission}`;

/** A bucket in memory, a Head Node that notes what it is sent, and a clock that a test moves. */
export function functionWorld() {
  const statuses = new Map<string, StatusObject>();
  const records = new Map<string, JobRecord>();
  const markers = new Map<string, PendingMarker & { written: number }>();
  const sent: HeadNodeRequest[] = [];
  const announced: StateChange[] = [];
  const ends = new Map<string, CommandEnd>();
  const refusals: Error[] = [];
  const underWay: { request: MarkerId; at: number }[] = [];
  let clock = Date.parse("2026-11-23T20:45:01Z");
  let versions = 0;
  const write = (marker: PendingMarker) =>
    void markers.set(keyOf(marker), { ...marker, written: clock });
  const world = {
    statuses,
    records,
    markers,
    sent,
    announced,
    /** What SSM says of a command, by its id. */
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
    status: (prefix: string, state: State | undefined, more: Partial<StatusObject> = {}): void => {
      versions += 1;
      statuses.set(prefix, {
        state,
        writtenByAgent: false,
        versionId: `v${versions}`,
        lastModified: new Date(clock),
        etag: `"e${versions}"`,
        ...more,
      });
    },
    ports: {
      bucketName: "b",
      bucket: {
        readStatus: async (prefix) => statuses.get(prefix),
        readRecord: async (prefix) => records.get(prefix),
        writeEnd: async (record, read) => {
          records.set(record.prefix, record);
          if (statuses.get(record.prefix)?.etag === read.etag)
            world.status(record.prefix, record.state);
        },
        listPrefixes: async function* () {
          yield ".cloud-submit";
          yield* statuses.keys();
        },
      },
      markers: {
        claim: async (marker) => {
          world.onClaim();
          const there = markers.get(keyOf(marker));
          if (!there) write(marker);
          return there ?? marker;
        },
        read: async (id) => markers.get(keyOf(id)),
        write: async (marker) => write(marker),
        remove: async (id) => void markers.delete(keyOf(id)),
        olderThan: async function* (time) {
          for (const marker of markers.values()) if (marker.written < time.getTime()) yield marker;
        },
      },
      headNode: {
        send: async (request) => {
          const refusal = refusals.shift();
          if (refusal) throw refusal;
          sent.push(request);
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
