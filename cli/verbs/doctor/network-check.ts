import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Which proxy requests to S3 go through, and whose certificates are trusted; undefined: none, and the system's. */
export async function checkNetwork({ say, wayToS3 }: DoctorContext): Promise<Check | undefined> {
  const name = "network";
  try {
    const { host, proxy, certificates } = await wayToS3();
    const way = proxy
      ? say("doctor.throughProxy", { host, proxy: proxy.name, variable: proxy.variable })
      : say("doctor.direct", { host });
    if (!proxy && certificates === undefined) return undefined;
    const trust = certificates === undefined ? [] : [say("doctor.certificates", { certificates })];
    return { name, verdict: "ok", detail: [way, ...trust].join("; ") };
  } catch (error) {
    const fix = say("doctor.networkFix");
    return { name, verdict: "broken", detail: wordsOf(say, awsError(error)), fix };
  }
}
