import type { Line } from "../line.ts";

/**
 * Bounds the time in which a connection is made. A line that brings something may be full of it: then the wait is longer.
 *
 * @param ms until `giveUp` is called
 * @returns to be called when the connection is there, or ended
 */
export function connectTimer(line: Line, ms: number, giveUp: () => void): () => void {
  const hasMoved = line.movement();
  const wait = () =>
    setTimeout(() => {
      if (hasMoved()) timer = wait();
      else giveUp();
    }, ms);
  let timer = wait();
  return () => clearTimeout(timer);
}
