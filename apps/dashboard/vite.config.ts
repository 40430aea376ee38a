import react from '@vitejs/plugin-react';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const OUT = join(import.meta.dirname, '../../dist/apps/dashboard');

/** Once here, so that the service need not for each reader. */
const compressed: Plugin = {
  name: 'compressed',
  async writeBundle() {
    const assets = join(OUT, 'assets');
    for (const name of await readdir(assets)) {
      const file = join(assets, name);
      const bytes = await readFile(file);
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes));
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }
  },
};

/** `npm run dashboard:dev` serves the pages with hot reload; the API is the service's on its default port. */
export default defineConfig(({ command }) => {
  // Whoever builds may have another, as tests do: React would come with all that it checks while it is developed.
  // eslint-disable-next-line no-restricted-properties -- Vite asks for it there, before anything of ours is configured
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return {
    root: import.meta.dirname,
    plugins: [react(), compressed],
    build: {
      outDir: OUT,
      emptyOutDir: true,
      // Of the content security policy: nothing of ours stands in the page itself.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1200,
    },
    server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8000' } },
  };
});
