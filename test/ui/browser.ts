import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Waits of the browser: as long as a busy machine may take. */
export const PATIENCE_MS = 30_000;

/** With a new profile, which goes with it. */
export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ARGS });

/** What a page did that no page of ours may: asked another host, failed, or was refused something by its own policy. */
export class Watched {
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {}

  /** Somebody else's browser: nobody is signed in. */
  static async open(browser: Browser, url: string): Promise<Watched> {
    const context = await browser.newContext({ baseURL: url, acceptDownloads: true });
    context.setDefaultTimeout(PATIENCE_MS);
    const watched = new Watched(await context.newPage());
    watched.page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== url) watched.faults.push(`asked ${request.url()}`);
    });
    watched.page.on('pageerror', ({ message }) => watched.faults.push(message));
    watched.page.on('console', (message) => {
      // What the service refuses, tests of flows provoke and look at themselves.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        watched.faults.push(message.text());
    });
    return watched;
  }

  expectNoFaults(): void {
    expect(this.faults).toEqual([]);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** By its label; `*` is what marks it as required. */
export const field = (page: Page, label: string) =>
  page.getByLabel(new RegExp(`^${label}( \\*)?$`)).filter({ visible: true });

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

export async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await field(page, 'Email address').fill(email);
  await field(page, 'Password').fill(password);
  await button(page, 'Sign in').click();
}

export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true });
