import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { CONDITIONS, type Condition, isMet } from "../../../../protocol/after.ts";
import type { Outcome } from "../../../../protocol/outcome.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

type World = ReturnType<typeof world>;

/** A job of a graph: it begins after some of those before it. */
interface Node {
  after: { at: number; condition: Condition; isNamed: boolean }[];
  /** How Slurm ends it, if it begins. */
  state: "COMPLETED" | "FAILED" | "TIMEOUT";
}

const OUTCOMES: Record<Node["state"], Outcome> = {
  COMPLETED: "completed",
  FAILED: "failed",
  TIMEOUT: "timeout",
};

const nodes: fc.Arbitrary<Node[]> = fc.array(
  fc.record({
    after: fc.array(
      fc.record({
        at: fc.nat(20),
        condition: fc.constantFrom(...CONDITIONS),
        isNamed: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    state: fc.constantFrom<Node["state"]>("COMPLETED", "COMPLETED", "FAILED", "TIMEOUT"),
  }),
  { minLength: 2, maxLength: 9 },
);

/** Operations of the store after which the agent is killed, and started anew. */
const kills = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 });

const nameOf = (at: number) => `j${at}`;
const ownAfter = (node: Node, at: number) =>
  at === 0 ? [] : node.after.map((one) => ({ ...one, at: one.at % at }));

/** How each job is to end: undefined: it never begins. */
function expected(graph: readonly Node[]): (Outcome | undefined)[] {
  const ends: (Outcome | undefined)[] = [];
  for (const [at, node] of graph.entries()) {
    const begins = ownAfter(node, at).every((one) =>
      isMet(one.condition, ends[one.at] ?? "rejected"),
    );
    ends.push(begins ? OUTCOMES[node.state] : undefined);
  }
  return ends;
}

/** Starts the agent, and has it killed and started again after so many operations of the store each. */
async function startMortal(w: World, lives: readonly number[]) {
  let agent = await w.start();
  let left = [...lives];
  let count = 0;
  let isStarting = false;
  w.store.before = async () => {
    const [next] = left;
    count += 1;
    if (next === undefined || count < next || isStarting) return;
    [left, count, isStarting] = [left.slice(1), 0, true];
    agent.kill();
    agent = await w.start();
    isStarting = false;
  };
  return () => agent.stop();
}

test("whatever waits for what, however all end and whenever the agent dies: none begins before its time, none is forgotten, none runs twice", async () => {
  await fc.assert(
    fc.asyncProperty(nodes, kills, fc.infiniteStream(fc.nat(100)), async (graph, lives, turns) => {
      const w = world();
      const ends = expected(graph);
      const placeOf = (id: number) => {
        const comment = w.slurm.submitted[id - 1] ?? "";
        return graph.findIndex((_, at) => comment.includes(`:${nameOf(at)}:`));
      };
      const early: string[] = [];
      const over = new Set<number>();
      w.slurm.onSubmit = (when) => {
        if (when === "before") return;
        const at = placeOf(w.slurm.submitted.length);
        for (const one of ownAfter(graph[at]!, at))
          if (!["JOB_COMPLETE", "JOB_ERROR"].includes(w.state(nameOf(one.at)) ?? ""))
            early.push(`${at} before ${one.at}`);
      };
      const stop = await startMortal(w, lives);
      for (const [at, node] of graph.entries()) {
        const after = ownAfter(node, at)
          .map(({ at: other, condition, isNamed }) => {
            const run = isNamed ? `@${nameOf(other)}-1` : "";
            return `${nameOf(other)}:${condition}${run}`;
          })
          .join(",");
        await w.upload(nameOf(at));
        const metadata = { submission: `${nameOf(at)}-1`, ...(after !== "" && { after }) };
        await w.ask(nameOf(at), "FILE_UPLOAD", metadata);
      }
      const isOver = (at: number) =>
        ["JOB_COMPLETE", "JOB_ERROR"].includes(w.state(nameOf(at)) ?? "");
      await w.until(() => {
        // Ends those that run in any order.
        for (let id = 1; id <= w.slurm.submitted.length; id++)
          if (!over.has(id) && (turns.next().value ?? 0) < 30) {
            over.add(id);
            w.end(String(id), task(graph[placeOf(id)]!.state));
          }
        return graph.every((_, at) => isOver(at));
      });
      stop();
      expect(early).toEqual([]);
      expect(w.slurm.submitted.toSorted()).toEqual([...new Set(w.slurm.submitted)].toSorted());
      for (const [at, end] of ends.entries()) {
        const { outcome, error } = w.record(nameOf(at))!;
        if (end !== undefined) expect([at, outcome]).toEqual([at, end]);
        else expect([at, error?.code]).toEqual([at, "dependency-failed"]);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
