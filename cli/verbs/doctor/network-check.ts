import { awsError } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Which proxy each service is reached through, and whose certificates are trusted; undefined: none, and the system's. */
export async function checkNetwork(
  { say, waysToAws }: Pick<DoctorContext, "say" | "waysToAws">,
  bucket: string,
  isDeep: boolean,
): Promise<Check | undefined> {
  const name = "network";
  try {
    const { ways, certificates } = await waysToAws(bucket, isDeep);
    if (certificates === undefined && ways.every(({ proxy }) => !proxy)) return undefined;
    const told = ways.map(({ host, proxy }) =>
      proxy
        ? say("doctor.throughProxy", { host, proxy: proxy.name, variable: proxy.variable })
        : say("doctor.direct", { host }),
    );
    if (certificates !== undefined) told.push(say("doctor.certificates", { certificates }));
    return { name, verdict: "ok", detail: [...new Set(told)].join("; ") };
  } catch (error) {
    const fix = say("doctor.networkFix");
    return { name, verdict: "broken", detail: wordsOf(say, awsError(error)), fix };
  }
}
