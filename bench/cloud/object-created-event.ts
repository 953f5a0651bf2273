/** S3's event for an object, as EventBridge delivers it. */
export function objectCreatedEvent(id: string, bucket: string, key: string): object {
  return {
    version: "0",
    id,
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: bucket }, object: { key }, requester: "000000000000" },
  };
}
