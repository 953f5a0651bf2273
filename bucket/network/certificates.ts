import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The certificates in a bundle, PEM.
 *
 * @param setting the name of the setting that names it
 * @throws CloudSubmitError `config` when it cannot be read, or has none, or one that cannot be read
 */
export function readCertificates(setting: string, path: string): string {
  const found = readText(setting, path).match(CERTIFICATE) ?? [];
  try {
    if (found.length > 0) return found.map((one) => new X509Certificate(one).toString()).join("");
  } catch (cause) {
    // OpenSSL's words name its own routines.
    throw noCertificates(setting, path, { cause });
  }
  throw noCertificates(setting, path);
}

function readText(setting: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const isFolder = (cause as NodeJS.ErrnoException).code === "EISDIR";
    const why = isFolder ? " is a folder: name a file" : `: ${messageOf(cause)}`;
    throw new CloudSubmitError("config", `${setting}: ${path}${why}`, { cause });
  }
}

function noCertificates(setting: string, path: string, details?: ErrorOptions): CloudSubmitError {
  const message = `${setting}: ${path} is no file of certificates in PEM`;
  return new CloudSubmitError("config", message, details);
}
