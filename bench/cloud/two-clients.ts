// The least that a function needs which reads a bucket and sends a command: what the functions' size and
// load time are compared with.
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";

export const clients = [new S3Client({}), new SSMClient({})];
export const commands = [
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  SendCommandCommand,
];
