import type { VerbDescription } from "../../verb.ts";
import type { AuditFlags } from "./audit.ts";

export const auditVerb: VerbDescription = {
  name: "audit",
  group: "looking",
  arguments: [{ name: "prefix", required: false }],
  options: [
    { flags: "--since <when>" },
    { flags: "--stage <name>" },
    { flags: "--log-group <name>" },
  ],
  examples: ["audit", "audit job0001", "audit --since 12h --json"],
  output: {
    form: "lines",
    schema: async () => (await import("../../stack/audit-log.ts")).changeSchema,
  },
  run: async (around, { args: [prefix], flags }) => {
    const { audit } = await import("./audit.ts");
    const { json } = around.ui;
    await audit(await around.admin(), prefix, { ...(flags as AuditFlags), json });
    return undefined;
  },
};
