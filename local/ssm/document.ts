import * as z from "zod";
import type { AgentGeneration } from "../config.ts";
import { SsmError } from "./ssm-error.ts";

const parameter = z.object({
  type: z.enum(["String", "StringList"]).default("String"),
  default: z.union([z.string(), z.array(z.string())]).optional(),
  allowedPattern: z.string().optional(),
  allowedValues: z.array(z.string()).optional(),
  maxChars: z.coerce.number().optional(),
  minChars: z.coerce.number().optional(),
  interpolationType: z.enum(["ENV_VAR"]).optional(),
});

const step = z.object({
  action: z.literal("aws:runShellScript"),
  name: z.string(),
  inputs: z.object({
    runCommand: z.array(z.string()),
    workingDirectory: z.string().optional(),
    // SSM agents take the default for what is below their least.
    timeoutSeconds: z.coerce
      .number()
      .default(3600)
      .transform((seconds) => (seconds < 5 ? 3600 : seconds)),
  }),
});

/** A Command document of schema 2.2, as far as this project's own documents go. */
export const commandDocument = z.object({
  schemaVersion: z.literal("2.2"),
  parameters: z.record(z.string(), parameter).default({}),
  mainSteps: z.array(step).min(1),
});
export type CommandDocument = z.infer<typeof commandDocument>;

/** Parameters as SendCommand takes them: every value is a list. */
export type Parameters = Readonly<Record<string, readonly string[]>>;

/** One step, ready to run. */
export interface RenderedStep {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly workingDirectory: string | undefined;
}

/**
 * Checks what was sent against the document's parameters, as the service does, and adds the defaults. The SSM
 * agent checks for itself, and less: agent-patterns.ts.
 * @throws SsmError InvalidParameters, as SendCommand does
 */
export function checkParameters(document: CommandDocument, sent: Parameters): Parameters {
  for (const name of Object.keys(sent)) {
    if (!Object.hasOwn(document.parameters, name)) {
      throw invalid(`Parameter ${name} is not defined in the document`);
    }
  }
  const entries = Object.entries(document.parameters).map(([name, definition]) => {
    const given = Object.hasOwn(sent, name) ? sent[name] : undefined;
    const values = given ?? [definition.default ?? []].flat();
    if (given === undefined && definition.default === undefined) {
      throw invalid(`Parameter ${name} requires a value`);
    }
    if (definition.type === "String" && values.length !== 1) {
      throw invalid(`Parameter ${name} is of type String and takes one value`);
    }
    for (const value of values) checkValue(name, definition, value);
    return [name, values] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Renders the document as an SSM agent does: one shell script and its environment for each step.
 *
 * `{{ Name }}` becomes the value's text, for every agent: the user guide calls allowedPattern
 * unnecessary only in documents without double braces, and its fallback for older agents,
 * `[ -z "${SSM_X+x}" ] && export SSM_X="{{X}}"`, lives with that. An agent from 3.3.2746.0 on also
 * sets SSM_<Name> for a parameter with `interpolationType: ENV_VAR`.
 */
export function renderSteps(
  document: CommandDocument,
  parameters: Parameters,
  generation: AgentGeneration,
): RenderedStep[] {
  const text = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => {
      const isList = document.parameters[name]?.type === "StringList";
      return [name, isList ? JSON.stringify(values) : (values[0] ?? "")];
    }),
  );
  const env = Object.fromEntries(
    Object.entries(text)
      .filter(([name]) => document.parameters[name]?.interpolationType === "ENV_VAR")
      .map(([name, value]) => [`SSM_${name}`, value]),
  );
  return document.mainSteps.map(({ name, inputs }) => ({
    name,
    script: `${inputs.runCommand.map((line) => interpolate(line, text)).join("\n")}\n`,
    env: generation === "current" ? env : {},
    timeoutSeconds: inputs.timeoutSeconds,
    workingDirectory: inputs.workingDirectory,
  }));
}

function interpolate(line: string, text: Readonly<Record<string, string>>): string {
  return line.replace(/\{\{\s*([A-Za-z0-9]+)\s*\}\}/g, (placeholder, name: string) =>
    Object.hasOwn(text, name) ? (text[name] ?? "") : placeholder,
  );
}

function checkValue(name: string, definition: z.infer<typeof parameter>, value: string): void {
  const { allowedPattern, allowedValues, maxChars, minChars } = definition;
  if (allowedValues !== undefined && !allowedValues.includes(value)) {
    throw invalid(
      `Parameter ${name} has a value outside its allowedValues: ${allowedValues.join(", ")}`,
    );
  }
  if (allowedPattern !== undefined && !new RegExp(allowedPattern, "u").test(value)) {
    throw invalid(`Parameter ${name} does not match its allowedPattern: ${allowedPattern}`);
  }
  if (maxChars !== undefined && value.length > maxChars) {
    throw invalid(`Parameter ${name} is longer than ${maxChars} characters`);
  }
  if (minChars !== undefined && value.length < minChars) {
    throw invalid(`Parameter ${name} is shorter than ${minChars} characters`);
  }
}

function invalid(message: string): SsmError {
  return new SsmError("InvalidParameters", message);
}
