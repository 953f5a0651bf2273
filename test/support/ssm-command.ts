import { randomUUID } from "node:crypto";
import { type Command, NOT_DELIVERED } from "../../local/ssm/command.ts";
import { commandDocument, type RenderedStep } from "../../local/ssm/document.ts";

const document = commandDocument.parse({
  schemaVersion: "2.2",
  mainSteps: [{ action: "aws:runShellScript", name: "step", inputs: { runCommand: ["true"] } }],
});

/** One step of a command, as the stand-in for SSM has it ready. */
export function ssmStep(script: string, more: Partial<RenderedStep> = {}): RenderedStep {
  return {
    name: "step",
    script,
    env: {},
    timeoutSeconds: 3600,
    workingDirectory: undefined,
    ...more,
  };
}

/** A command, as the stand-in for SSM has accepted it. */
export function ssmCommand(steps: RenderedStep[], more: Partial<Command> = {}): Command {
  return {
    commandId: randomUUID(),
    documentName: "doc",
    document,
    instanceId: "i-1",
    targets: [],
    parameters: {},
    comment: "",
    steps,
    requestedAt: Date.now(),
    expiresAt: Date.now() + (600 + 3600) * 1000,
    ...NOT_DELIVERED,
    ...more,
  };
}
