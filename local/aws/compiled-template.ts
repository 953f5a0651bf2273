import { readFileSync } from "node:fs";

interface CompiledTemplate {
  readonly Resources?: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>
  >;
}

/**
 * The SSM documents of a compiled CloudFormation template, by name, whatever condition they are
 * under: what users deploy is what runs here.
 * @throws Error when a document's name or content holds a CloudFormation function
 */
export function documentsOf(templateFile: string): Record<string, object> {
  const template = JSON.parse(readFileSync(templateFile, "utf8")) as CompiledTemplate;
  const documents = Object.entries(template.Resources ?? {}).flatMap(([id, resource]) => {
    if (resource.Type !== "AWS::SSM::Document") return [];
    const { Name, Content } = resource.Properties ?? {};
    if (typeof Name !== "string" || typeof Content !== "object" || Content === null) {
      throw new Error(`${id}: its Name and Content must be plain for the local cloud to run it`);
    }
    return [[Name, Content] as const];
  });
  return Object.fromEntries(documents);
}
