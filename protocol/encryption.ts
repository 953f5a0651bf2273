/** How S3 is to encrypt an object. */
export interface Encryption {
  algorithm: "AES256" | "aws:kms" | "aws:kms:dsse";
  /** Key of KMS: its id, its alias or the ARN of either; undefined: the bucket's, or AWS's own. */
  key: string | undefined;
}

/** Other servers than S3 have names of their own for keys. */
const FORM = /^(AES256|aws:kms:dsse|aws:kms)(?::([\w.:/-]{1,2048}))?$/;

/** The words that tell users what an encryption may be. */
export const ENCRYPTIONS = "AES256, aws:kms, aws:kms:KEY, aws:kms:dsse or aws:kms:dsse:KEY";

/** An encryption as settings name it; undefined: it is none. Source: Amazon S3 API Reference, PutObject. */
export function parseEncryption(text: string): Encryption | undefined {
  const [, algorithm, key] = FORM.exec(text) ?? [];
  if (algorithm === undefined || (algorithm === "AES256" && key !== undefined)) return undefined;
  return { algorithm: algorithm as Encryption["algorithm"], key };
}
