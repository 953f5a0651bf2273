import * as z from "zod";
import { ADDRESS_PATTERN } from "./address-pattern.ts";

/** Metadata key of a FILE_UPLOAD: the address that is told of the end of the job. */
const NOTIFY_METADATA = "notify";

/** An address, in lower case: it is compared letter by letter. */
export const addressSchema = z.string().regex(ADDRESS_PATTERN).toLowerCase();

/** One of those that an administrator allows: an address, or a domain with its @, for all addresses of it and of no subdomain. */
export const allowedSchema = z
  .string()
  .refine((text) => ADDRESS_PATTERN.test(text.startsWith("@") ? `a${text}` : text), {
    message: "expected an e-mail address, or a domain such as @example.org",
  })
  .toLowerCase();

/** Whether an administrator has allowed an address; all are in lower case. */
export function isAllowedAddress(address: string, allowed: readonly string[]): boolean {
  const domain = address.slice(address.lastIndexOf("@"));
  return (
    addressSchema.safeParse(address).success &&
    allowed.some((one) => one === address || one === domain)
  );
}

/** The metadata for an address; undefined: nobody is to be told. */
export function notifyMetadata(address: string | undefined): Record<string, string> {
  return address === undefined ? {} : { [NOTIFY_METADATA]: address.toLowerCase() };
}

/** The address in a status object's metadata; one that is none counts as none. */
export function notifyOf(metadata: Readonly<Record<string, string>>): string | undefined {
  const parsed = addressSchema.safeParse(metadata[NOTIFY_METADATA]);
  return parsed.success ? parsed.data : undefined;
}
