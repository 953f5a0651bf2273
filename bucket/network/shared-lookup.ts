import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/**
 * Looks names up as the system does; who asks for one that is being looked up shares the answer, and addresses are given
 * out in turn. Node.js looks up four names at a time (UV_THREADPOOL_SIZE), and goes on with those that nobody waits for
 * any more: on a slow line, a hundred connections to one host would wait for each other until all of them were too late.
 */
export function sharedLookup(ask = lookup): LookupFunction {
  const underWay = new Map<string, Promise<LookupAddress[]>>();
  let turn = 0;
  return (host, { all, family, hints }, done) => {
    const key = `${host} ${family} ${hints}`;
    let answer = underWay.get(key);
    if (!answer) {
      const options = { family: family ?? 0, hints: hints ?? 0, all: true } as const;
      answer = new Promise((resolve, reject) => {
        ask(host, options, (error, found) => {
          underWay.delete(key);
          if (error) reject(error);
          else resolve(found);
        });
      });
      underWay.set(key, answer);
    }
    answer.then(
      (found) => {
        const addresses = rotated(found, turn++);
        if (all) done(null, addresses);
        else done(null, addresses[0]?.address ?? "", addresses[0]?.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}

/** Addresses from another one on; families stay in the system's order. */
function rotated(addresses: LookupAddress[], turn: number): LookupAddress[] {
  const families = [...new Set(addresses.map(({ family }) => family))];
  return families.flatMap((one) => {
    const of = addresses.filter(({ family }) => family === one);
    const from = turn % of.length;
    return [...of.slice(from), ...of.slice(0, from)];
  });
}
