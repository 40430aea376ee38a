export * from './master-keys.js';
export * from './own-master-keys.js';
export * from './rewrap.js';
export * from './secret.entity.js';
export * from './vault.js';
export * from './vault.module.js';
export * from './workspace-secrets.js';
