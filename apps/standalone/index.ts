export * from './rotate-secrets.js';
export * from './standalone.module.js';
export * from './standalone.js';
