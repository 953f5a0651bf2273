/** A body in pieces of `most` bytes at the most; it is asked before each. */
export async function* inPieces(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  most: () => number,
): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    for await (const piece of body) yield* inPieces(piece, most);
    return;
  }
  for (let at = 0; at < body.length; ) {
    const piece = body.subarray(at, at + most());
    at += piece.length;
    yield piece;
  }
}
