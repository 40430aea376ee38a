import { expect } from 'vitest';
import { clientOf } from '#test/support/service';
import { button, field, heading, PATIENCE_MS, signIn, Watched } from './browser.js';
import type { Flow } from './stage.js';

const ADA = { email: 'ada@example.com', password: 'a long sentence will do' };
const BO = { email: 'bo@example.com', password: 'another long sentence' };

/** How people get in, and what they manage there. */
export function accessFlows(flow: Flow): void {
  flow('become the first admin by the link that the service prints', async ({ page, service }) => {
    const link = /http\S+\/setup#token=\S+/.exec(service.printed)?.[0] ?? '';
    await page.goto(link);
    await field(page, 'Email address').fill(ADA.email);
    await field(page, 'Your name').fill('Ada');
    await field(page, 'New password').fill(ADA.password);
    await button(page, 'Make my account').click();
    await heading(page, 'Home').waitFor();
    for (const step of ['Open benchmarks', 'Open agents', 'Start a run'])
      await page.getByRole('link', { name: step }).waitFor();
  });

  flow('sign out, and in again to where they wanted to go', async ({ page }) => {
    await button(page, 'default').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await heading(page, 'Sign in').waitFor();
    await page.goto('/settings/api-keys');
    await signIn(page, { ...ADA, password: 'not this one' });
    await page.getByRole('alert').waitFor();
    await signIn(page, ADA);
    await heading(page, 'API keys').waitFor();
    // No script of a page may read what signs one in.
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  flow(
    'invite somebody, who comes by the link, changes the password and leaves',
    async ({ page, client, browser }) => {
      await page.goto('/settings/members');
      await button(page, 'Add a member').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Email address').fill(BO.email);
      await dialog.getByLabel('Role').selectOption('viewer');
      await button(page, 'Add').click();
      const link = await dialog.getByText('/invitation#token=').innerText();
      await button(page, 'Done').click();
      await page.getByRole('region', { name: 'Invitations' }).getByText(BO.email).waitFor();

      const bo = await Watched.open(browser, client.url);
      await bo.page.goto(link);
      await field(bo.page, 'Your name').fill('Bo');
      await field(bo.page, 'New password').fill(BO.password);
      await button(bo.page, 'Make my account').click();
      await heading(bo.page, 'Home').waitFor();
      // A viewer starts no runs and sees no audit log.
      expect(await bo.page.getByRole('link', { name: 'New run' }).count()).toBe(0);
      expect(await bo.page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
      await bo.page.goto('/settings/audit');
      await bo.page.getByText('You may not see this here').waitFor();
      expect(await button(bo.page, 'Filter').count()).toBe(0);
      await bo.page.goto('/settings/account');
      await field(bo.page, 'Current password').fill(BO.password);
      await field(bo.page, 'New password').fill(`${BO.password}, changed`);
      await button(bo.page, 'Change the password').click();
      await bo.page.getByText('The password is changed').waitFor();
      bo.expectNoFaults();
      await bo.close();
      const login = (password: string) =>
        client.post('/api/v1/auth/login', { email: BO.email, password }).then(({ status }) => status);
      expect([await login(BO.password), await login(`${BO.password}, changed`)]).toEqual([401, 200]);

      await page.reload();
      const members = page.getByRole('region', { name: 'Members' });
      const row = members.getByRole('row').filter({ hasText: BO.email });
      await row.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await row.waitFor({ state: 'detached' });
    },
  );

  flow('make an API key that works, rotate it and revoke it', async ({ page, client }) => {
    await page.goto('/settings/api-keys');
    await button(page, 'New API key').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('nightly');
    await button(page, 'Make it').click();
    const statusOf = (key: string) =>
      clientOf(client.url, { authorization: `Bearer ${key}` })
        .get('/api/v1/agents')
        .then(({ status }) => status);
    const shown = async () => {
      const key = await dialog.getByText(/^aib_/).innerText();
      await button(page, 'Done').click();
      return key;
    };
    const key = await shown();
    expect(await statusOf(key)).toBe(200);
    await button(page, 'Rotate').click();
    await dialog.getByLabel('The old key stays good').selectOption('for a day');
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    expect(await statusOf(await shown())).toBe(200);

    const row = page.getByRole('row').filter({ hasText: key.slice(0, 12) });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await row.waitFor({ state: 'detached' });
    await expect.poll(() => statusOf(key), { timeout: PATIENCE_MS }).toBe(401);
  });

  flow('set a secret that nobody sees again', async ({ page }) => {
    await page.goto('/settings/secrets');
    await button(page, 'New secret').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('OPENAI_API_KEY');
    await dialog.getByLabel(/^Value/).fill('sk-not-shown-again-0123456789');
    await button(page, 'Set').click();
    await page.getByRole('cell', { name: '…6789' }).waitFor();
    expect(await page.content()).not.toContain('sk-not-shown');
  });

  flow('have a webhook told, and told again', async ({ page, receiver }) => {
    await page.goto('/settings/webhooks');
    await button(page, 'New webhook').first().click();
    await page.getByRole('dialog').getByLabel('Address').fill(receiver.url);
    await button(page, 'Make it').click();
    await page.getByText('This is shown only now').waitFor();
    await button(page, 'Done').click();
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await button(page, 'Send a test').click();
    await receiver.until(1);
    await page.getByText('delivered', { exact: true }).waitFor();
    await button(page, 'Send again').click();
    await receiver.until(2);
  });

  flow('look for what was done in the audit log, and take it along', async ({ page }) => {
    await page.goto('/settings/audit');
    const log = page.getByRole('region', { name: 'Audit log' });
    await log.getByText('POST /api/v1/api-keys').first().waitFor();
    await field(page, 'Of').fill('webhooks');
    await button(page, 'Filter').click();
    await page.waitForURL('**/settings/audit?target_type=webhooks');
    await log.getByText('POST /api/v1/api-keys').first().waitFor({ state: 'detached' });
    await log.getByText('POST /api/v1/webhooks', { exact: true }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export JSONL' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('audit.jsonl');
  });

  flow('make a workspace, name it anew, and go back to the other', async ({ page }) => {
    await page.goto('/settings/account');
    await button(page, 'New workspace').click();
    await page.getByRole('dialog').getByLabel('Name').fill('search-team');
    await button(page, 'Make it').click();
    await heading(page, 'Home').waitFor();
    await page.goto('/settings/account');
    await button(page, 'Rename search-team').click();
    await page.getByRole('dialog').getByLabel('Name').fill('search and rescue');
    await button(page, 'Rename').click();
    await button(page, 'search and rescue').click();
    await page.getByRole('menuitem', { name: 'default' }).click();
    await button(page, 'default').waitFor();
  });
}
