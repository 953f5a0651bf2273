/** An event, or a part of one. */
export type EventPart = { readonly [key: string]: unknown };

/**
 * Whether a pattern of an EventBridge rule matches an event. It knows what this project's rules use and throws at
 * anything else, so that it is never silently wrong.
 *
 * Source: Amazon EventBridge User Guide, "event patterns" and "comparison operators".
 */
export function matchesPattern(pattern: EventPart, event: EventPart): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = event[key];
    if (Array.isArray(wanted)) return wanted.some((one) => matchesValue(one, value));
    return isPart(wanted) && isPart(value) && matchesPattern(wanted, value);
  });
}

function matchesValue(wanted: unknown, value: unknown): boolean {
  if (!isPart(wanted)) return wanted === value;
  const [[operator, operand] = ["", undefined], ...more] = Object.entries(wanted);
  if (more.length > 0) throw new Error(`more than one operator: ${JSON.stringify(wanted)}`);
  if (operator === "suffix") return typeof value === "string" && value.endsWith(String(operand));
  if (operator === "anything-but") return value !== undefined && ![operand].flat().includes(value);
  if (operator === "exists") return (value !== undefined) === operand;
  throw new Error(`${operator} is not known here`);
}

function isPart(value: unknown): value is EventPart {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
