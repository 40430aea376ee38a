export * from './audit-entry.entity.js';
export * from './audit-log.js';
export * from './audit-reader.js';
export * from './audit.module.js';
export * from './personal-record.js';
export * from './refusal-meter.js';
