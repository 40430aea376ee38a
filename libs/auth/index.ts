export * from './auth.module.js';
export * from './default-workspace.js';
