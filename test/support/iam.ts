/** A statement of an IAM policy, with all CloudFormation functions resolved. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** One call of AWS's API. */
export interface Call {
  action: string;
  resource: string;
  /** Condition keys and policy variables, such as `s3:prefix` and `aws:username`. */
  context?: Record<string, string>;
}

const KNOWN = new Set(["Sid", "Effect", "Action", "Resource", "Condition"]);

/**
 * Whether identity policies allow a call: some Allow matches and no Deny. It knows what this project's
 * policies use and throws at anything else, so that it is never silently wrong.
 *
 * Source: IAM User Guide, "Policy evaluation logic" and "IAM policy elements: Variables".
 */
export function allows(statements: readonly Statement[], call: Call): boolean {
  const matching = statements.filter((statement) => matches(statement, call));
  return (
    matching.some(({ Effect }) => Effect === "Allow") &&
    !matching.some(({ Effect }) => Effect === "Deny")
  );
}

function matches(statement: Statement, { action, resource, context = {} }: Call): boolean {
  const unknown = Object.keys(statement).find((key) => !KNOWN.has(key));
  if (unknown) throw new Error(`${statement.Sid}: ${unknown} is not known here`);
  return (
    [statement.Action]
      .flat()
      .some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    [statement.Resource].flat().some((pattern) => like(pattern, resource, context)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) => {
      if (operator !== "StringEquals" && operator !== "StringLike")
        throw new Error(`${statement.Sid}: ${operator} is not known here`);
      return Object.entries(keys).every(([key, wanted]) =>
        [wanted].flat().some((pattern) => {
          const value = context[key];
          if (value === undefined) return false;
          return operator === "StringEquals" ? pattern === value : like(pattern, value, context);
        }),
      );
    })
  );
}

/** `*` and `?` are wildcards; a variable stands for its value, or for nothing that matches. */
function like(pattern: string, value: string, context: Record<string, string> = {}): boolean {
  const parts = pattern.split(/(\$\{[^}]*\}|[*?])/);
  const source = parts.map((part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    if (!part.startsWith("${")) return escape(part);
    const variable = context[part.slice(2, -1)];
    return variable === undefined ? "(?!)" : escape(variable);
  });
  return new RegExp(`^${source.join("")}$`, "s").test(value);
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
