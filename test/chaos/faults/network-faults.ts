import type { ProxyMode } from '#test/support/fault-proxy';
import { SHORT, type Fault } from '../fault.js';
import type { Target } from '../world.js';

type Strike = Exclude<ProxyMode, { kind: 'pass' }>;

/** Less than a lease: a worker that loses those loses calls, and that is another fault. */
const STRIKE_MS = SHORT ? 1500 : 3000;

const UNITS: Record<Strike['kind'], string> = {
  latency: 'bytes delayed',
  slow: 'bytes slowed down',
  reset: 'connections reset',
  cut: 'connections closed',
  black_hole: 'bytes held back',
};

/** These may take answers with them, at most one for each connection. */
const ENDS: Strike['kind'][] = ['reset', 'cut'];

const networkFault = (target: Target, mode: Strike): Fault => ({
  name: `${target}-${mode.kind.replaceAll('_', '-')}`,
  proxied: true,
  async strike({ world: { proxies }, reached, ended, wait }) {
    await reached(0.3);
    const proxy = proxies[target];
    const before = proxy.counts[mode.kind];
    await proxy.be(mode);
    const inTime = !(await ended());
    await wait(STRIKE_MS);
    await proxy.be({ kind: 'pass' });
    const struck = proxy.counts[mode.kind] - before;
    return {
      proof: () => (inTime && struck > 0 ? `${struck} ${UNITS[mode.kind]}` : null),
      unread: target === 'provider' && ENDS.includes(mode.kind) ? struck : 0,
    };
  },
});

/** @param ms and @param bytesPerSecond hinder, but leave the service within its time limits. */
const networkFaults = (target: Target, ms: number, bytesPerSecond: number): Fault[] => [
  networkFault(target, { kind: 'latency', ms }),
  networkFault(target, { kind: 'slow', bytesPerSecond }),
  networkFault(target, { kind: 'reset' }),
  networkFault(target, { kind: 'cut' }),
  networkFault(target, { kind: 'black_hole' }),
];

export const NETWORK_FAULTS: Fault[] = [
  ...networkFaults('postgres', 50, 20_000),
  ...networkFaults('redis', 50, 5_000),
  ...networkFaults('provider', 300, 1_000),
];
