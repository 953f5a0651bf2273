import { newMachine } from "../../bucket/machine.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import { objectStoreContract } from "../support/object-store-contract.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS, Versitygw } from "./versitygw.ts";

/** Its objects are files, and its listings write U+FFFD for what XML cannot carry. */
const EXCEPTIONS = [
  "a key may hold characters that XML cannot carry",
  "a key that looks untidy is listed as it is",
  "a key may go on after another one's end",
  "a key of more than 1,024 bytes is refused: KeyTooLongError",
];

objectStoreContract(
  "S3 at versitygw",
  async () => {
    const server = await Versitygw.start(temporaryFolder(), false);
    const s3 = new S3({
      region: "us-east-1",
      endpointUrl: `http://127.0.0.1:${server.port}`,
      credentials: CREDENTIALS,
    });
    return { store: s3.store("bucket"), missing: s3.store("missing"), close: () => server.stop() };
  },
  EXCEPTIONS,
);

objectStoreContract(
  "S3 at versitygw over TLS, with threads that carry all files",
  async () => {
    const server = await Versitygw.start(temporaryFolder(), true);
    const s3 = new S3({
      region: "us-east-1",
      endpointUrl: `https://127.0.0.1:${server.port}`,
      credentials: CREDENTIALS,
      ca: async () => server.ca,
      machine: { ...newMachine(), lanes: 2 },
    });
    return { store: s3.store("bucket"), missing: s3.store("missing"), close: () => server.stop() };
  },
  EXCEPTIONS,
);
