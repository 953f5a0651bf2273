/** The environment that the settings of the AWS tools are read from. */
export function awsEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
