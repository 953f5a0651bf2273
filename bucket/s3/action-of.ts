/** The right that a request needs. Source: Service Authorization Reference, "Actions defined by Amazon S3". */
export function actionOf({
  method,
  key,
  query = {},
}: {
  method: string;
  /** undefined: the bucket itself. */
  key?: string | undefined;
  query?: Readonly<Record<string, string>>;
}): string {
  const isOfUpload = "uploadId" in query;
  if ("delete" in query) return "s3:DeleteObject";
  if (key === undefined) return "s3:ListBucket";
  if (method === "PUT" || method === "POST") return "s3:PutObject";
  if (method === "DELETE") return isOfUpload ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
  if (isOfUpload) return "s3:ListMultipartUploadParts";
  return "versionId" in query ? "s3:GetObjectVersion" : "s3:GetObject";
}
