import type { Fault } from '../fault.js';

export const DATABASE_FAULTS: Fault[] = [
  {
    name: 'postgres-immediate-restart',
    async strike({ world: { postgres }, reached }) {
      await reached(0.3);
      const before = await postgres.startedAt();
      await postgres.restartImmediately();
      const after = await postgres.startedAt();
      return { proof: () => (after > before ? `SIGQUIT, up again since ${after.slice(11, 19)}` : null) };
    },
  },
];
