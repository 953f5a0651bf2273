/** Who AWS says that the caller is. */
export interface Identity {
  account: string;
  arn: string;
}

/** The name of an IAM user, which prefixes of one's own begin with; undefined for roles and root. */
export function iamUser({ arn }: Identity): string | undefined {
  return /^arn:[^:]*:iam::\d+:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}
