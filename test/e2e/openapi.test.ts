import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '#apps/api';
import { startTestService, type TestService } from '#test/support/service';

const FILE = new URL('../../docs/openapi.json', import.meta.url);

/** `npm run gate:openapi`; `npm run openapi` writes the file anew. */
describe('docs/openapi.json', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService()));
  afterAll(() => service.close());

  it('is what the code says', async () => {
    const document = `${JSON.stringify(openApiDocument(service.app), null, 2)}\n`;
    if (process.env['UPDATE_OPENAPI'] === '1') await writeFile(FILE, document);
    expect(await readFile(FILE, 'utf8'), 'run npm run openapi').toBe(document);
  });
});
