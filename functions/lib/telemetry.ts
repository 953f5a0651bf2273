import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";

const SERVICE = "cloud-submit";

/** The structured logger of every function. */
export const logger = new Logger({ serviceName: SERVICE });

/** The metrics of every function, in the namespace CloudSubmit. */
export const metrics = new Metrics({ namespace: "CloudSubmit", serviceName: SERVICE });
