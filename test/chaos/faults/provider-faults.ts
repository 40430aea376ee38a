import { DELAY_MS, SHORT, type Fault } from '../fault.js';
import type { Treatment } from '../ledger.js';

interface ProviderFault extends Pick<Fault, 'stream' | 'due'> {
  treatment: Treatment;
  /** Calls for one trial that are struck. */
  times: number;
  /** Every how many-th question. */
  every: number;
  /** Calls that are struck in all, at least, in the short form; in the full one three times as many. */
  strikes: number;
}

const providerFault = ({ treatment, times, every, strikes, ...rest }: ProviderFault): Fault => ({
  name: `provider-${treatment.replaceAll('_', '-')}`,
  ...rest,
  async strike({ world: { provider }, calls, reached, until, ended }) {
    const enough = SHORT ? strikes : 3 * strikes;
    const struck = async () => (await calls()).filter((call) => call.treatment === treatment);
    await reached(0.2);
    await provider.behave({ delayMs: DELAY_MS, strike: { treatment, times, every } });
    await until(async () => (await struck()).length >= enough || (await ended()));
    await provider.behave({ delayMs: DELAY_MS });
    return {
      async proof() {
        const all = await struck();
        const left = all.filter(({ leftByClient }) => leftByClient).length;
        const how = left > 0 ? `${left} left by the client` : `with status ${all[0]?.status}`;
        return all.length >= enough ? `${all.length} calls, ${how}` : null;
      },
    };
  },
});

export const PROVIDER_FAULTS: Fault[] = [
  providerFault({ treatment: 'rate_limited', times: 2, every: 1, strikes: 40 }),
  providerFault({ treatment: 'rate_limited_with_retry_after', times: 2, every: 1, strikes: 40 }),
  providerFault({ treatment: 'server_error', times: 2, every: 1, strikes: 40 }),
  providerFault({ treatment: 'truncated_json', times: 2, every: 2, strikes: 40, stream: false }),
  providerFault({ treatment: 'web_page', times: 2, every: 2, strikes: 40 }),
  providerFault({ treatment: 'no_choices', times: 2, every: 2, strikes: 40, stream: false }),
  providerFault({ treatment: 'stall', times: 1, every: 3, strikes: 8 }),
  providerFault({ treatment: 'keep_alive', times: 1, every: 3, strikes: 8 }),
  providerFault({
    treatment: 'huge',
    times: 1,
    every: 4,
    strikes: 10,
    due: { treatment: 'huge', outcome: 'agent_error', errorCode: 'provider_response_too_large' },
  }),
  providerFault({ treatment: 'reset_midway', times: 2, every: 2, strikes: 40 }),
];
