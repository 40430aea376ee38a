export * from './api.module.js';
export * from './create-api.js';
export { openApiDocument } from './docs.js';
export { KEPT } from './http/kept-answers.js';
