import { expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.js';

it('removes what people wrote of their own keys, and keeps all else', () => {
  const settings = {
    url: 'https://agent.example/v1?api_key=abc&mode=fast',
    method: 'POST',
    headers: {
      Authorization: 'Bearer abcdefgh',
      'X-Api-Key': 'k',
      'X-Other': 'sk-abcdefghijklmnopqrstuvwx',
      'X-Trace': 'on',
      'X-Named': { secret: 'MY_AGENT', prefix: 'Bearer ' },
    },
    query: { token: 't', lang: 'en' },
    body: { prompt: '{{prompt}}', auth: { password: 'p' }, keys: [{ access_key: 'a' }], max_tokens: 5 },
    response: { text: 'output', input_tokens: 'usage.input_tokens' },
    tokens_per_minute: 1000,
  };
  expect(withoutSecrets(settings)).toEqual({
    ...settings,
    url: 'https://agent.example/v1?api_key=removed&mode=fast',
    headers: { ...settings.headers, Authorization: 'removed', 'X-Api-Key': 'removed', 'X-Other': 'removed' },
    query: { token: 'removed', lang: 'en' },
    body: {
      prompt: '{{prompt}}',
      auth: { password: 'removed' },
      keys: [{ access_key: 'removed' }],
      max_tokens: 5,
    },
  });
});
