/** English messages of the verbs for administrators, errors too. */
export const administrationEn = {
  "clusterConfig.unpublished":
    "the agent {version} is not in {bucket} yet: run cloud-submit headnode publish before pcluster create-cluster",
  "clusterConfig.sshOpen": "SSH is open to every address; restrict it with --ssh-from CIDR",
  "headnode.of": "the Head Node of {cluster}",
  "headnode.sent": "sent to {target}, SSM command {id}",
  "headnode.waiting":
    "not delivered yet; SSM tries for {minutes} minutes. Is the Head Node up, and does its SSM agent run?",
  "headnode.there": "the agent {version} is in {where}",
  "headnode.uploading": "uploading {name}, {bytes}",
  "headnode.published": "published the agent {version} to {where}",
  "problem.noLogGroup":
    "there is no log group {group} in this account and region: say which with --stage, --log-group, --region and --profile",
  "problem.noStack":
    "there is no stack {stack} in this account and region: deploy it (npx sls deploy), or say which with --stage, --stack, --region and --profile",
  "problem.noOutput":
    "the stack {stack} has no output {output}: deploy it again with this version of cloud-submit",
  "problem.noPackages":
    "there are no packages of the agent in {folder}: build them with npm run build:headnode in a checkout, or say where they are with --packages DIR",
  "problem.damagedSums":
    "{file} has {what}, which this version of cloud-submit cannot use: build the packages again with npm run build:headnode",
  "problem.theLine": "the line {line}",
  "problem.noFile": "no {name}",
  "problem.noPackageOf": "no package of version {version}",
  "problem.packageMissing":
    "{file} is missing: build the packages again with npm run build:headnode",
  "problem.packageDiffers":
    "{file} does not match SHA256SUMS: build the packages again with npm run build:headnode",
  "problem.noPackageFor":
    "there is no package of the agent for {architecture}: build it with npm run build:headnode",
  "problem.noInstanceId": "{id} is not an instance id",
  "problem.whichHeadNode": "which Head Node? give --cluster-name NAME or --instance-id ID",
  "problem.noCommandId": "SSM accepted a command but returned no id",
  "problem.noHeadNode":
    "SSM knows no such running Head Node: check --cluster-name and --region, that the cluster is up, and that its Head Node may use SSM (AmazonSSMManagedInstanceCore), or give --instance-id",
  "problem.noAnswer": "the Head Node has not responded",
  "problem.failedThere":
    "{action} on {instance} ended with exit code {exitCode}; its output is above",
  "problem.notDone":
    "SSM could not run it on {instance}: {status}; is the Head Node up, and does its SSM agent run?",
  "problem.noInstanceType":
    "{type} is not an instance type: give one such as m7i.large or c7g.xlarge",
  "problem.architectures":
    "the Head Node's {type} is {architecture}, {other} is not: use instance types of one architecture",
  "problem.noNetwork": "the stack has no network: give --subnet ID",
  "problem.subnet": "give a subnet id",
  "problem.queueName": "use up to 25 of a-z 0-9 -, beginning with a letter",
  "problem.queueDefault": "the name default is reserved by Slurm",
  "problem.cidr": "give a CIDR such as 192.0.2.0/24",
  "problem.key": "give the name of a key pair",
  "problem.elasticIp": "give the allocation id of an Elastic IP, eipalloc-…, or nothing",
  "problem.minCount": "is more than --max-count",
  "problem.typeTwice": "names an instance type twice",
  "problem.placement": "a placement group is limited to one subnet: give one --compute-subnet",
  "problem.sshWithoutKey": "has no effect without --key",
  "problem.proxy":
    "give http(s)://HOST:PORT or none; a password belongs in /etc/cloud-submit/local.env there",
  "problem.proxyBypass": "give names of hosts with commas between, or none",
  "problem.caTooLong":
    "more than 12 KiB of certificates: set AWS_CA_BUNDLE in /etc/cloud-submit/local.env there",
} as const;
