import type { Fault } from '../fault.js';
import type { Treatment } from '../ledger.js';

interface ProviderFault extends Pick<Fault, 'stream' | 'due'> {
  treatment: Treatment;
  /** Calls for one trial that are struck. */
  times: number;
  /** Every how many-th question. */
  every: number;
}

/** So many struck calls are enough. */
const STRIKES = 12;
const BASE_DELAY_MS = 150;

const providerFault = ({ treatment, times, every, ...rest }: ProviderFault): Fault => ({
  name: `provider-${treatment.replaceAll('_', '-')}`,
  ...rest,
  async strike({ world: { provider }, calls, reached, until }) {
    await reached(0.2);
    await provider.behave({ delayMs: BASE_DELAY_MS, strike: { treatment, times, every } });
    const struck = async (): Promise<number> =>
      (await calls()).filter((call) => call.treatment === treatment).length;
    await until(async () => (await struck()) >= STRIKES);
    await provider.behave({ delayMs: BASE_DELAY_MS });
    return {
      proof: async () => {
        const all = (await calls()).filter((call) => call.treatment === treatment);
        const left = all.filter((call) => call.leftByClient).length;
        const how = left > 0 ? `${left} left by the client` : `with status ${all[0]?.status}`;
        return all.length >= STRIKES ? `${all.length} calls, ${how}` : null;
      },
    };
  },
});

export const PROVIDER_FAULTS: Fault[] = [
  providerFault({ treatment: 'rate_limited', times: 2, every: 1 }),
  providerFault({ treatment: 'rate_limited_with_retry_after', times: 2, every: 1 }),
  providerFault({ treatment: 'server_error', times: 2, every: 1 }),
  providerFault({ treatment: 'truncated_json', times: 2, every: 2, stream: false }),
  providerFault({ treatment: 'web_page', times: 2, every: 2 }),
  providerFault({ treatment: 'no_choices', times: 2, every: 2, stream: false }),
  providerFault({ treatment: 'stall', times: 1, every: 3 }),
  providerFault({ treatment: 'keep_alive', times: 1, every: 3 }),
  providerFault({
    treatment: 'huge',
    times: 1,
    every: 4,
    due: { treatment: 'huge', outcome: 'agent_error', errorCode: 'provider_response_too_large' },
  }),
  providerFault({ treatment: 'reset', times: 2, every: 2 }),
];
