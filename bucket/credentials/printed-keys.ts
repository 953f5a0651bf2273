import type { AwsCredentialIdentity } from "@smithy/types";
import * as z from "zod";

/** Keys as services on the machine give them. */
export const printedKeysSchema = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().min(1).nullish(),
  Expiration: z.coerce.date().nullish(),
});

/** The same for the SDK. */
export function identityOf({
  AccessKeyId,
  SecretAccessKey,
  Token,
  Expiration,
}: z.infer<typeof printedKeysSchema>): AwsCredentialIdentity {
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token && { sessionToken: Token }),
    ...(Expiration && { expiration: Expiration }),
  };
}
