import { type MessageKey, type Say, sayEnglish } from "../messages/say.ts";

/** Messages that name a flag of the command line, and those that name the setting: Slurm's commands have no such flag. */
export const WITHOUT_FLAGS = {
  "problem.noBucket": "slurm.noBucket",
  "aws.NoSuchBucket": "slurm.noSuchBucket",
  "aws.noRegion": "slurm.noRegion",
  "aws.customerKey": "slurm.customerKey",
  "denied.customerKey": "slurm.deniedCustomerKey",
  "denied.put": "slurm.deniedPut",
} as const satisfies Partial<Record<MessageKey, MessageKey>>;

let spoken: Say = sayEnglish;

/** From now on, the front end speaks in this language: the catalogues are loaded by main.ts alone. */
export function speakIn(say: Say): void {
  spoken = say;
}

/** The language that the front end speaks. */
export function spokenSay(): Say {
  return (key, ...values) => {
    const own: MessageKey =
      key in WITHOUT_FLAGS ? WITHOUT_FLAGS[key as keyof typeof WITHOUT_FLAGS] : key;
    // Both have the same places for values: a test compares them.
    return spoken(own as typeof key, ...values);
  };
}
