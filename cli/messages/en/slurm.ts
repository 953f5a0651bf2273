/** English messages of the Slurm front end's verbs and of its commands, errors too. */
export const slurmEn = {
  "slurm.noFolder":
    "there is no home folder to remember jobs in: set HOME, or XDG_STATE_HOME to a folder of yours",
  "slurm.linked": "{folder} has {names}",
  "slurm.path": "To call them by name: export PATH={folder}:$PATH",
  "slurm.inTheWay":
    "{path} is there and is no link of this program: move it, or give another folder",
  "slurm.noProgram": "this is not an installed cloud-submit: {path} cannot be linked to",
  "slurm.interrupted": "The job may have been submitted. To see it: {command}",
  "slurm.noBucket": "no bucket: set CLOUD_SUBMIT_BUCKET, or write {json} into {file}",
  "slurm.noSuchBucket":
    "there is no such bucket: check CLOUD_SUBMIT_BUCKET, or the bucket in cloud-submit.json",
  "slurm.noRegion": "no AWS region: set AWS_REGION, or the region of your AWS profile",
  "slurm.customerKey":
    "the object was written with a customer's key, or without one: set CLOUD_SUBMIT_SSE_C_KEY to the file of that key, or unset it",
  "slurm.deniedCustomerKey":
    "S3 refuses the key of CLOUD_SUBMIT_SSE_C_KEY: it is another one's, or the bucket blocks SSE-C, as buckets made since April 2026 do until that is changed (BlockedEncryptionTypes); else ask for {action}",
  "slurm.deniedPut":
    "S3 refuses to write this: either {action} is missing in your policy, or the bucket's policy demands something; for encryption set CLOUD_SUBMIT_SSE, for an ACL CLOUD_SUBMIT_ACL",
} as const;
