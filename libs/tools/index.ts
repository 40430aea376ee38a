export * from './tool-servers.js';
export * from './tools.module.js';
