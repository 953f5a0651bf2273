import { S3 } from "../../bucket/s3/s3.ts";
import { startMiniStack } from "../support/emulated-aws.ts";
import { objectStoreContract } from "../support/object-store-contract.ts";

/** It has no limits of length. */
const EXCEPTIONS = [
  "metadata of more than 2 KiB is refused: MetadataTooLarge",
  "a key of more than 1,024 bytes is refused: KeyTooLongError",
];

objectStoreContract(
  "S3 at MiniStack",
  async () => {
    const cloud = await startMiniStack();
    cloud.aws("s3api create-bucket --bucket jobs");
    cloud.aws(
      "s3api put-bucket-versioning --bucket jobs --versioning-configuration Status=Enabled",
    );
    const s3 = new S3({
      region: "us-east-1",
      endpointUrl: cloud.env.AWS_ENDPOINT_URL,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    return { store: s3.store("jobs"), missing: s3.store("missing"), close: () => cloud.stop() };
  },
  EXCEPTIONS,
);
