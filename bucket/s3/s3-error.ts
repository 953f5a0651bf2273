/**
 * A refusal by S3, or a failure to reach it. It has the shape of the SDK's errors, so that code that
 * tells errors by name or status need not know which of the two made a request.
 */
export class S3Error extends Error {
  /** S3's code, such as NoSuchKey; NetworkError and TimeoutError when there was no response. */
  override readonly name: string;
  readonly $metadata: { httpStatusCode?: number; requestId?: string };
  /** Response headers that say how to go on. */
  readonly headers: Readonly<Record<string, string>>;
  /** The right that the request needed, such as s3:GetObject; undefined: it came to no answer. */
  action?: string;
  /** The request had a customer's key. */
  hadKey?: boolean;
  /** The region the bucket is in, when S3 says that it is another one. It may be forged. */
  readonly region: string | undefined;

  constructor(
    name: string,
    message: string,
    details: {
      status?: number;
      headers?: Readonly<Record<string, string>>;
      region?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = name;
    this.headers = details.headers ?? {};
    const requestId = this.headers["x-amz-request-id"];
    this.$metadata = {
      ...(details.status !== undefined && { httpStatusCode: details.status }),
      ...(requestId !== undefined && { requestId }),
    };
    this.region = details.region ?? this.headers["x-amz-bucket-region"];
  }
}
