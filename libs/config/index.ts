export type { AgentCommand } from './agents.config.js';
export type { KeyMaterial } from './auth.config.js';
export type { McpServerConfig } from './mcp.config.js';
export { parseMasterKeys } from './vault.config.js';
export * from './app-config.js';
export * from './config.module.js';
export * from './exported-settings.js';
export * from './free-port.js';
export * from './run-process.js';
