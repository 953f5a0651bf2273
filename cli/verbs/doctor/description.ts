import type { VerbDescription } from "../../verb.ts";

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
    schema: async () => (await import("./doctor.ts")).doctorOutput,
  },
  run: async (around, { flags }) => {
    const { doctor } = await import("./doctor.ts");
    const { realDoctorContext } = await import("./context.ts");
    return doctor(realDoctorContext(around), flags);
  },
};
