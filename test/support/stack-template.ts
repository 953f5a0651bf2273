import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EventPart } from "./event-pattern.ts";
import type { Statement } from "./iam.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** A deployment: what comes after `sls deploy`. */
export interface Deployment {
  stage: string;
  params: Record<string, string>;
}

/** The arguments of the Serverless Framework for a deployment. */
function serverlessArguments(verb: string, { stage, params }: Deployment): string[] {
  const given = Object.entries(params).flatMap(([key, value]) => ["--param", `${key}=${value}`]);
  return [verb, "--stage", stage, "--region", "us-east-1", ...given];
}

/** Runs the Serverless Framework in the checkout; returns what it printed, and its exit code. */
export function serverless(
  verb: string,
  deployment: Deployment,
  { env = {}, args = [] }: { env?: Record<string, string>; args?: string[] } = {},
): { code: number; output: string } {
  const program = join(checkout, "node_modules/.bin/sls");
  const done = spawnSync(program, [...serverlessArguments(verb, deployment), ...args], {
    cwd: checkout,
    encoding: "utf8",
    env: {
      // eslint-disable-next-line node/no-process-env
      PATH: process.env.PATH,
      // eslint-disable-next-line node/no-process-env
      HOME: process.env.HOME,
      // serverless-esbuild leaves there what it packed.
      TMPDIR: temporaryFolder(),
      ...env,
    },
  });
  return { code: done.status ?? 1, output: `${done.stdout}${done.stderr}` };
}

type Value = string | number | boolean | Value[] | { [key: string]: Value };

export interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, Value> }>;
  Outputs: Record<string, { Value: Value }>;
}

/** Packages a deployment; returns the CloudFormation template and the file it is in. */
export function packageStack(deployment: Deployment): { template: Template; file: string } {
  const folder = temporaryFolder();
  const { code, output } = serverless("package", deployment, { args: ["--package", folder] });
  if (code !== 0) throw new Error(output);
  const file = join(folder, "cloudformation-template-update-stack.json");
  return { template: JSON.parse(readFileSync(file, "utf8")) as Template, file };
}

/** Resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string) {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

/** The statements of a role's or a managed policy's policies. */
export function statementsOf(template: Template, id: string): Statement[] {
  const properties = template.Resources[id]?.Properties as {
    PolicyDocument?: { Statement: Value[] };
    Policies?: { PolicyDocument: { Statement: Value[] } }[];
  };
  const documents = properties.PolicyDocument
    ? [properties.PolicyDocument]
    : (properties.Policies ?? []).map(({ PolicyDocument }) => PolicyDocument);
  return documents.flatMap(({ Statement }) =>
    Statement.map((statement) => resolve(statement, template) as unknown as Statement),
  );
}

/** The patterns of the rules that wait for events, by logical id. */
export function patternsOf(template: Template): [id: string, pattern: EventPart][] {
  return resourcesOf(template, "AWS::Events::Rule").flatMap(([id, { Properties }]) => {
    const { EventPattern } = Properties;
    if (EventPattern === undefined) return [];
    return [[id, resolve(EventPattern, template) as EventPart] as [string, EventPart]];
  });
}

/** The names that a stack gives its resources, where CloudFormation does not make them up. */
export function namesOf(template: Template): string[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    Object.entries(Properties ?? {})
      // Where it is a reference, it names another resource of the stack.
      .filter(
        ([key, value]) => key.endsWith("Name") && !/"(Ref|Fn::GetAtt)"/.test(JSON.stringify(value)),
      )
      .filter(([key]) => key !== "MetricName")
      .map(([, value]) => `${Type} ${JSON.stringify(value)}`),
  );
}

/** The account, region and partition in which resolved templates are. */
const PSEUDO: Record<string, string> = {
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::Partition": "aws",
  "AWS::Region": "us-east-1",
  "AWS::AccountId": "111122223333",
};

/** ARNs and names of what a policy may refer to. */
function attribute(template: Template, name: string): string {
  const pseudo = PSEUDO[name];
  if (pseudo !== undefined) return pseudo;
  const [id = "", attribute] = name.split(".");
  const type = template.Resources[id]?.Type;
  if (type === "AWS::S3::Bucket")
    return attribute === "Arn" ? "arn:aws:s3:::job-bucket" : "job-bucket";
  if (type === "AWS::SQS::Queue" && attribute === "Arn")
    return "arn:aws:sqs:us-east-1:111122223333:dead-letters";
  if (type === "AWS::SNS::Topic") return `arn:aws:sns:us-east-1:111122223333:${id}`;
  throw new Error(`${name}: what is its value?`);
}

/** A value with its CloudFormation functions resolved; throws at one that it does not know. */
function resolve(value: Value, template: Template): Value {
  if (Array.isArray(value)) return value.map((one) => resolve(one, template));
  if (typeof value !== "object") return value;
  const [[name, argument] = ["", ""]] = Object.entries(value);
  if (name === "Fn::Sub")
    return (argument as string).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, inner: string) =>
      literal ? `\${${inner}}` : attribute(template, inner),
    );
  if (name === "Ref") return attribute(template, argument as string);
  if (name === "Fn::GetAtt") return attribute(template, (argument as string[]).join("."));
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, Value[]];
    return parts.map((part) => resolve(part, template) as string).join(separator);
  }
  if (name.startsWith("Fn::")) throw new Error(`${name} is not known here`);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, resolve(inner, template)]),
  );
}
