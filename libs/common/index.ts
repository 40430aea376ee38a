export * from './canonical-json.js';
export * from './errors.js';
export * from './ids.js';
export * from './nearest.js';
export * from './pagination.js';
export * from './random.js';
export * from './reference.js';
export * from './storable.js';
