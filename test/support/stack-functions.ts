import { parse } from "yaml";
import { projectText } from "./project-files.ts";

/** A function of the stack, with the Serverless Framework's variables as they stand. */
interface StackFunction {
  handler: string;
  timeout: number;
  environment: Record<string, string>;
  events?: { eventBridge: { pattern?: EventPattern } }[];
}

/** The part of the patterns that tests look into. */
interface EventPattern {
  detail: {
    status: [{ "anything-but": string[] }];
    object: { key: { suffix: string }[]; etag: [{ "anything-but": string[] }] };
  };
}

type Always = "dispatch" | "command-result" | "sweep" | "audit" | "redrive";

const read = (path: string) => parse(projectText(path), { logLevel: "silent", merge: true });

/** The functions that every deployment has, by name. */
export function stackFunctions(): Record<Always, StackFunction> {
  return read("serverless.yml").functions[0];
}

/** All that a deployment can have: with `notifyAllowed`, one more. */
export function everyFunction(): Record<Always | "notify", StackFunction> {
  return { ...stackFunctions(), ...read("resources/notify-some.yml").functions };
}

/** The pattern of a function's first rule. */
export function patternOf({ events }: StackFunction): EventPattern {
  const pattern = events?.[0]?.eventBridge.pattern;
  if (!pattern) throw new Error("its first event is no pattern");
  return pattern;
}
