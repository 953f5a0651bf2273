import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The certificates in a bundle, PEM.
 *
 * @param setting the name of the setting that names it
 * @throws CloudSubmitError `config` when it cannot be read, or has none that can
 */
export function readCertificates(setting: string, path: string): string {
  try {
    const found = readFileSync(path, "utf8").match(CERTIFICATE) ?? [];
    if (found.length === 0) throw new Error("there is no certificate in PEM in it");
    return found.map((one) => new X509Certificate(one).toString()).join("");
  } catch (cause) {
    throw new CloudSubmitError("config", `${setting}: ${path}: ${messageOf(cause)}`, { cause });
  }
}
