import { commandStatusSchema } from "../protocol/event.ts";
import { commandEnded } from "./lib/command-ended.ts";
import { functionConfig } from "./lib/config.ts";
import { realPorts } from "./lib/ports.ts";
import { withStack } from "./lib/stack.ts";
import { logger } from "./lib/telemetry.ts";

const config = functionConfig();
const ports = realPorts(config);

/** An SSM command did not do its work → the request is sent again, or ends with SSM's reason. */
export const handler = withStack(commandStatusSchema, async (event) => {
  const { "command-id": commandId, "document-name": documentName, status } = event.detail;
  if (documentName !== config.documentName) {
    logger.info("nothing to do", { reason: "another document", documentName });
    return;
  }
  const decision = await commandEnded(event, ports);
  logger.info("a command ended", { commandId, status, ...decision });
});
