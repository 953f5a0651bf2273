/** The same items in the order of a round: each round begins with the next one. */
export function inTurn<T>(items: readonly T[], round: number): T[] {
  const at = round % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
