import { Readable } from "node:stream";
import type { S3Response } from "./s3-response.ts";

/** The body as a stream, which reads on only as far as it is read. */
export function streamOf(response: S3Response): Readable {
  let goOn = () => {};
  const stream = new Readable({
    read: () => goOn(),
    destroy: (error, done) => {
      goOn();
      response.cancel();
      done(error);
    },
  });
  const take = (bytes: Buffer) => {
    if (stream.destroyed || stream.push(Buffer.from(bytes))) return undefined;
    return new Promise<void>((resolve) => (goOn = resolve));
  };
  response.pipe(take).then(
    () => void stream.push(null),
    (error: unknown) => void stream.destroy(error as Error),
  );
  return stream;
}
