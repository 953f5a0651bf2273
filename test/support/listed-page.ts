/** A page of a listing, whether it is true or not. */
export interface ListedPage {
  keys?: readonly string[];
  /** Common prefixes. */
  folded?: readonly string[];
  /** undefined: no continuation token. */
  token?: string | undefined;
  /** By itself true when there is a token; undefined: nothing is said. */
  truncated?: boolean | string | undefined;
  /** Of each object, as it is written. */
  size?: string;
  /** false: keys are written as they are. */
  encoded?: boolean;
}

/** A page as S3 writes it. */
export function listedPage(page: ListedPage): string {
  const { keys = [], folded = [], token, size = "1", encoded = true } = page;
  const truncated = "truncated" in page ? page.truncated : token !== undefined;
  const written = encoded ? encodeURIComponent : (name: string) => name;
  const lines = [
    ...(encoded ? ["<EncodingType>url</EncodingType>"] : []),
    ...(truncated === undefined ? [] : [`<IsTruncated>${truncated}</IsTruncated>`]),
    ...(token === undefined ? [] : [`<NextContinuationToken>${token}</NextContinuationToken>`]),
    ...keys.map(
      (key) =>
        `<Contents><Key>${written(key)}</Key><Size>${size}</Size><ETag>"e"</ETag></Contents>`,
    ),
    ...folded.map((name) => `<CommonPrefixes><Prefix>${written(name)}</Prefix></CommonPrefixes>`),
  ];
  return `<ListBucketResult>${lines.join("")}</ListBucketResult>`;
}
