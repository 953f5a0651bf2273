import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";

/** The structured logger of every function; its service name is in POWERTOOLS_SERVICE_NAME. */
export const logger = new Logger();

/** The metrics of every function, in the namespace CloudSubmit; their one dimension is the service. */
export const metrics = new Metrics({ namespace: "CloudSubmit" });
