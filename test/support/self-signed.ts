import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A key and a certificate that has signed itself. */
export interface SelfSigned {
  /** Paths. */
  files: { cert: string; key: string };
  /** PEM. */
  cert: string;
  key: string;
}

/** Makes a certificate for names and addresses, such as `DNS:localhost` and `IP:127.0.0.1`. */
export function selfSigned(folder: string, names = "IP:127.0.0.1,DNS:localhost"): SelfSigned {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const kind =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test".split(
      " ",
    );
  const options = [...kind, "-addext", `subjectAltName=${names}`, "-keyout", key, "-out", cert];
  execFileSync("openssl", options, { stdio: "ignore" });
  const [certText, keyText] = [cert, key].map((path) => readFileSync(path, "utf8"));
  return { files: { cert, key }, cert: `${certText}`, key: `${keyText}` };
}
