/**
 * Characters to insert, remove, replace or swap with the next one, to make one text of the other (optimal string
 * alignment distance).
 */
export function editDistance(one: string, other: string): number {
  const table: number[] = [];
  const at = (i: number, j: number) => table[i * (other.length + 1) + j] ?? 0;
  for (let i = 0; i <= one.length; i++)
    for (let j = 0; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      table.push(i === 0 || j === 0 ? i + j : least);
    }
  return at(one.length, other.length);
}
