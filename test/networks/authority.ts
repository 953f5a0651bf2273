import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(" ");

/** Certificates of one authority. */
export class Authority {
  /** Path of its own certificate. */
  readonly file: string;
  readonly #folder = temporaryFolder();
  #issued = 0;

  constructor(name: string) {
    this.file = this.#in("ca.pem");
    const subject = ["-subj", `/O=${name}/CN=${name} Root`];
    const what = ["-x509", ...KEY, "-days", "2", ...subject, "-out", this.file];
    openssl("req", ...what, "-keyout", this.#in("ca.key"));
  }

  /** A key and a certificate, PEM, for names and addresses such as `DNS:localhost` and `IP:127.0.0.1`. */
  issue(names: readonly string[], days = 2): { key: string; cert: string } {
    this.#issued += 1;
    const [key, request, cert, more] = ["key", "request", "cert", "more"].map((name) =>
      this.#in(`${this.#issued}.${name}`),
    ) as [string, string, string, string];
    openssl("req", ...KEY, "-subj", "/CN=server", "-keyout", key, "-out", request);
    writeFileSync(more, `subjectAltName=${names.join(",")}\n`);
    const by = ["-CA", this.file, "-CAkey", this.#in("ca.key"), "-CAcreateserial"];
    const what = ["-req", "-in", request, "-days", `${days}`, "-extfile", more, "-out", cert];
    openssl("x509", ...what, ...by);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  }

  #in(name: string): string {
    return join(this.#folder, name);
  }
}

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: "ignore" });
}
