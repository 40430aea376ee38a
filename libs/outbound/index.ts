export { AddressGuard } from './address-guard.js';
export * from './guarded-client.js';
export * from './outbound.module.js';
