/** A body in pieces of `most` bytes at the most. */
export async function* inPieces(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    for await (const piece of body) yield* inPieces(piece, most);
    return;
  }
  for (let at = 0; at < body.length; at += most) yield body.subarray(at, at + most);
}
