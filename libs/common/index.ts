export * from './canonical-json.js';
export * from './errors.js';
export * from './ids.js';
export * from './nearest.js';
export * from './pagination.js';
export * from './random.js';
