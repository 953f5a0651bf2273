/**
 * Domains of the partitions beside the first, by their regions.
 * Source: partitions.json of the AWS SDKs, with which a test compares this: the package that has it takes 20 ms to load.
 */
const OTHERS: readonly (readonly [regions: RegExp, suffix: string])[] = [
  [/^(cn-\w+-\d+|aws-cn-global)$/, "amazonaws.com.cn"],
  [/^eusc-de-\w+-\d+$/, "amazonaws.eu"],
  [/^(us-iso-\w+-\d+|aws-iso-global)$/, "c2s.ic.gov"],
  [/^(us-isob-\w+-\d+|aws-iso-b-global)$/, "sc2s.sgov.gov"],
  [/^(eu-isoe-\w+-\d+|aws-iso-e-global)$/, "cloud.adc-e.uk"],
  [/^(us-isof-\w+-\d+|aws-iso-f-global)$/, "csp.hci.ic.gov"],
];

/** The domain of a region's partition, such as amazonaws.com.cn; of an unknown region, that of the first partition. */
export function dnsSuffixOf(region: string): string {
  return OTHERS.find(([regions]) => regions.test(region))?.[1] ?? "amazonaws.com";
}
