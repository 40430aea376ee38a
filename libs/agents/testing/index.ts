export { agentAdapterContract } from './agent-adapter-contract.js';
export { agentRequest, agentSpec, loopbackAllowed, providerConfig } from './fixtures.js';
export { InMemoryRecordingSource } from './in-memory-recording-source.js';
