// For serverless-esbuild: a list of esbuild's plugins.
const { noticesPlugin } = require("./notices.cjs");

module.exports = [noticesPlugin];
