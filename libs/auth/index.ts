export * from './access.decorators.js';
export * from './auth.module.js';
export * from './authenticator.js';
export * from './default-workspace.js';
export * from './permission.js';
export * from './principal.js';
