export * from './standalone.module.js';
export * from './standalone.js';
