export * from './report-renderer.js';
export * from './reports.module.js';
