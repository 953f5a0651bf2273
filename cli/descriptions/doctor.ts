import type { VerbDescription } from "../verb.ts";

export const doctorVerb: VerbDescription = {
  name: "doctor",
  group: "setup",
  arguments: [],
  options: [
    { flags: "--deep" },
    { flags: "--prefix <name>" },
    { flags: "--timeout <seconds>", parse: "seconds" },
  ],
  examples: ["doctor", "doctor --deep", "doctor --json"],
  output: {
    form: "object",
    schema: async () => (await import("../verbs/doctor.ts")).doctorOutput,
  },
  run: async (around, { flags }) => {
    const { doctor } = await import("../verbs/doctor.ts");
    const { realDoctorContext } = await import("../doctor/context.ts");
    return doctor(realDoctorContext(around), flags);
  },
};
