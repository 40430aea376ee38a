import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');

describe('the site of the docs', () => {
  let site: string;
  let files: Set<string>;

  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), 'docs-'));
    // Fails by itself at a dead link between pages.
    await promisify(execFile)('npx', ['--no-install', 'vitepress', 'build', 'docs', '--outDir', site], {
      cwd: PROJECT,
    });
    files = new Set((await readdir(site, { recursive: true })).map((name) => join(site, name)));
  }, 600_000);
  afterAll(() => rm(site, { recursive: true, force: true }));

  it('has the pages of its navigation, and a search that is in it', () => {
    for (const page of ['tutorial', 'api', 'statistics', 'explanation/statistics-in-plain-words'])
      expect(files).toContain(join(site, `${page}.html`));
    expect([...files].some((name) => /localSearchIndex.*\.js$/.test(name))).toBe(true);
  });

  it('has no link of its navigation or pages to a page that is not there', async () => {
    const dead: string[] = [];
    for (const page of [...files].filter((name) => name.endsWith('.html') && !name.endsWith('404.html'))) {
      const html = await readFile(page, 'utf8');
      for (const [, link = ''] of html.matchAll(/<a [^>]*href="([^"#?]+\.html|[^"#?]*\/)[#?"]/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        const target = link.startsWith('/') ? join(site, link) : resolve(dirname(page), link);
        const file = link.endsWith('/') ? join(target, 'index.html') : target;
        if (target.startsWith(site) && !files.has(file)) dead.push(`${page.slice(site.length)} → ${link}`);
      }
    }
    expect(dead).toEqual([]);
  });

  it('loads nothing from another host', async () => {
    const html = await readFile(join(site, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="(https?:)?\/\//);
  });
});
