import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Budget, type Owner } from "../../../../bucket/flow/budget.ts";

const [ada, bob, carl] = [{ name: "ada" }, { name: "bob" }, { name: "carl" }];

/** A budget whose tasks end when they are told to, and who has begun. */
function trial(total: number, beyond?: number) {
  const budget = new Budget(total, beyond);
  const begun: Owner[] = [];
  const ends: { owner: Owner; end: () => void }[] = [];
  const ask = (owner: Owner, amount = 1) =>
    budget.spend(
      amount,
      () => {
        begun.push(owner);
        return new Promise<void>((end) => ends.push({ owner, end }));
      },
      owner,
    );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const endOne = async (owner: Owner) => {
    const at = ends.findIndex((one) => one.owner === owner);
    ends.splice(at, 1)[0]?.end();
    await settle();
  };
  const count = (owner: Owner) => begun.filter((one) => one === owner).length;
  return { budget, begun, ask, settle, endOne, count };
}

test("an owner that comes late has all that is given back until it has as much as the other, whose thousands wait", async () => {
  const { ask, settle, endOne, count } = trial(8);
  for (let at = 0; at < 5000; at++) void ask(ada);
  for (let at = 0; at < 100; at++) void ask(bob);
  await settle();
  expect([count(ada), count(bob)]).toEqual([8, 0]);
  for (let at = 0; at < 4; at++) await endOne(ada);
  expect([count(ada), count(bob)]).toEqual([8, 4]);
  for (let at = 0; at < 4; at++) {
    await endOne(ada);
    await endOne(bob);
  }
  expect([count(ada), count(bob)]).toEqual([12, 8]);
});

test("it begins one at once where there is something beyond, and goes on one by one, also while nothing is given back", async () => {
  const { ask, settle, endOne, count } = trial(4, 2);
  for (let at = 0; at < 100; at++) void ask(ada);
  for (let at = 0; at < 3; at++) void ask(bob);
  void ask(carl);
  await settle();
  expect([count(ada), count(bob), count(carl)]).toEqual([4, 1, 1]);
  await endOne(bob);
  await endOne(bob);
  expect([count(ada), count(bob)]).toEqual([4, 3]);
});

test("owners that have as little are served in turn, of each its first", async () => {
  const { budget, settle } = trial(10);
  const all = await budget.take(10);
  const served: string[] = [];
  const wait = async (owner: { name: string }, amount: number, word: string) => {
    const share = await budget.take(amount, owner);
    served.push(`${owner.name} ${word}`);
    return share;
  };
  void wait(ada, 4, "first");
  void wait(ada, 1, "second");
  void wait(bob, 3, "first");
  void wait(carl, 2, "first");
  await settle();
  expect(served).toEqual([]);
  budget.give(all);
  await settle();
  expect(served).toEqual(["ada first", "bob first", "carl first", "ada second"]);
  expect(budget.inUse).toBe(10);
});

const taken = async (share: number | Promise<number>) => share;

test("a large amount comes to its turn though small ones of others come again and again", async () => {
  const { budget, settle } = trial(10);
  const shares = [await budget.take(5, bob), await budget.take(5, bob)];
  const served: Owner[] = [];
  void taken(budget.take(8, ada)).then(() => void served.push(ada));
  for (let at = 0; at < 10 && served.length === 0; at++) {
    void taken(budget.take(5, bob)).then((share) => shares.push(share));
    budget.give(shares.shift() ?? 0, bob);
    await settle();
  }
  expect([served, budget.inUse]).toEqual([[ada], 8]);
});

test("never more in use than there is, for one owner in order and nothing beyond; every task is run, also after failures, and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          owner: fc.constantFrom(ada, bob, carl),
          amount: fc.integer({ min: 0, max: 15 }),
        }),
      ),
      fc.boolean(),
      fc.scheduler(),
      async (asks, isOne, scheduler) => {
        const [total, beyond] = [10, 3];
        const budget = new Budget(total, beyond);
        const order: number[] = [];
        let [inUse, most] = [0, 0];
        const tasks = asks.map(({ owner, amount }, index) =>
          budget
            .spend(
              amount,
              async () => {
                order.push(index);
                inUse += Math.min(amount, total);
                most = Math.max(most, inUse);
                await scheduler.schedule(Promise.resolve());
                inUse -= Math.min(amount, total);
                if (index % 3 === 0) throw new Error("task");
              },
              isOne ? ada : owner,
            )
            .catch(() => undefined),
        );
        await scheduler.waitFor(Promise.all(tasks));
        expect([order.length, inUse, budget.inUse]).toEqual([asks.length, 0, 0]);
        expect(most).toBeLessThanOrEqual(isOne ? total : total + beyond);
        if (isOne) expect(order).toEqual(order.toSorted((a, b) => a - b));
      },
    ),
  );
});

test("a budget that grows serves who waits, one that shrinks lets no more in until there is room", async () => {
  const budget = new Budget(1);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = Array.from({ length: 6 }, (_, number) =>
    budget.spend(1, async () => {
      begun.push(number);
      await new Promise<void>((end) => ends.push(end));
    }),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(begun).toEqual([0]);
  budget.total = 3;
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  budget.total = 1;
  for (const end of ends.splice(0, 2)) end();
  await settle();
  expect([begun, budget.inUse]).toEqual([[0, 1, 2], 1]);
  while (ends.length > 0) {
    ends.shift()?.();
    await settle();
  }
  await Promise.all(tasks);
  expect([begun, budget.inUse]).toEqual([[0, 1, 2, 3, 4, 5], 0]);
});

test("what waits for more than is left of the budget gets the whole of it, and less when it grows again", async () => {
  const budget = new Budget(10);
  const first = await budget.take(8);
  const waits = budget.take(9);
  budget.total = 3;
  budget.give(first);
  expect(await waits).toBe(3);
  const grown = budget.take(9);
  budget.total = 20;
  expect(await grown).toBe(9);
});

test("who finds no room in one piece keeps its turn before all that have something, but not before one that has nothing", async () => {
  const { budget, settle } = trial(10);
  await budget.take(1, ada);
  await budget.take(3, bob);
  const served: string[] = [];
  let hasRoom = false;
  void taken(budget.take(2, bob, () => hasRoom)).then(() => served.push("bob"));
  void taken(budget.take(1, ada)).then(() => served.push("ada"));
  await settle();
  expect(served).toEqual([]);
  void taken(budget.take(1, carl)).then(() => served.push("carl"));
  await settle();
  expect(served).toEqual(["carl"]);
  hasRoom = true;
  budget.give(1, carl);
  await settle();
  expect([served, budget.inUse]).toEqual([["carl", "bob", "ada"], 7]);
});

test("of an owner's own, those with a rank go first, the least before all, and the others in their order", async () => {
  const ranks = fc.array(fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }));
  await fc.assert(
    fc.asyncProperty(ranks, async (asked) => {
      const budget = new Budget(1);
      await budget.take(1, ada);
      const served: number[] = [];
      const all = asked.map(async (rank, index) => {
        await budget.take(1, ada, undefined, rank);
        served.push(index);
        budget.give(1, ada);
      });
      budget.give(1, ada);
      await Promise.all(all);
      const rankOf = (index: number) => asked[index] ?? Number.POSITIVE_INFINITY;
      const indexes = asked.map((_, index) => index);
      // A sort keeps the order of what is as good.
      expect(served).toEqual(indexes.toSorted((a, b) => rankOf(a) - rankOf(b) || a - b));
    }),
  );
});
