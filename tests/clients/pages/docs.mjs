// The page of the APIs, as somebody uses it who has just started the service: what stands there works as it stands.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { skip } from '../browsers/support.mjs';
import { fits, inBrowser, isAccessible, openOwn, picture } from './support.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const creates = [
  'twilio-proxy/createService', 'twilio-proxy/createSession', 'bandwidth-webrtc/createSession',
  'bandwidth-webrtc/createParticipant', 'camara-webrtc/createSession', 'camara-webrtc-r2.2/createSession',
  'camara-webrtc-r3.1/createSession', 'conversation/createSession', 'live-stream/createRoom',
  'live-stream/createSession',
];
const snippets = [
  'twilio-proxy/listSession', 'bandwidth-webrtc/createSession', 'camara-webrtc-r2.2/createSession',
  'conversation/listSessions', 'live-stream/createRoom', 'operator/listSessions',
];

const operationOf = async (page, name) => {
  await page.evaluate((hash) => { location.hash = hash; }, name);
  const operation = page.locator(`[id="${name}"]`);
  await operation.getByRole('button', { name: 'Send' }).waitFor();
  return operation;
};

/** Runs a program that the page shows, beside the SDKs. */
const run = (name, program) => {
  const file = path.join(here, `${name.replaceAll('/', '-')}.shown.mjs`);
  writeFileSync(file, program);
  try {
    return execFileSync('node', [file], { cwd: here, encoding: 'utf8', timeout: 60_000, stdio: 'pipe' });
  } finally {
    rmSync(file);
  }
};

test('the page of the APIs', { skip }, () => inBrowser(async (browser) => {
  const page = await openOwn(browser, '/docs');

  for (const name of creates) {
    await test(`${name}, as it is filled in, is done when it is sent`, async () => {
      const operation = await operationOf(page, name);
      await operation.getByRole('button', { name: 'Send' }).click();
      const status = operation.locator('[role=status] .status');
      await status.waitFor();
      assert.match(await status.textContent(), /^20[01] /, await operation.locator('[role=status]').textContent());
    });
  }

  for (const name of snippets) {
    await test(`${name} is shown as a program that runs`, async () => {
      const operation = await operationOf(page, name);
      assert.match(await operation.locator('.snippet').textContent(), /^curl /);
      if (name === 'twilio-proxy/listSession') {
        assert.notEqual(await operation.getByLabel('serviceSid').inputValue(), '');
      }
      await operation.locator('.tab').nth(1).click();
      const program = await operation.locator('.snippet').textContent();
      assert.notEqual(run(name, program).trim(), '');
    });
  }

  await test('what is there at two paths is one entry, which names the other', async () => {
    const operation = await operationOf(page, 'bandwidth-webrtc/createSession');
    await operation.getByText('POST /v1/accounts/{accountId}/accounts/{secondAccountId}/sessions').waitFor();
    assert.equal(await page.locator('.operation .path', { hasText: 'secondAccountId' }).count(), 0);
    await operationOf(page, 'live-stream/createRoom');
    assert.equal(await page.locator('.operation > summary .path', { hasText: '/v1/webinar' }).count(), 0);
  });

  await test('creates come first, and every answer has an example', async () => {
    await operationOf(page, 'twilio-proxy/createService');
    const first = await page.locator('#contents a').first().textContent();
    assert.match(first, /POST\s+Creates a Service/);
    const operation = page.locator('[id="twilio-proxy/createService"]');
    await operation.locator('.reply > summary').first().click();
    assert.match(await operation.getByLabel('Example').first().textContent(), /"sid": "KS[0-9a-f]{32}"/);
  });

  await test('what is sent to webhooks is told of, with what was really sent', async () => {
    await page.evaluate(() => { location.hash = 'twilio-proxy/interactionCallback'; });
    const sent = page.locator('[id="twilio-proxy/interactionCallback"]');
    await sent.getByText('X-Twilio-Signature').first().waitFor();
    assert.match(await sent.getByLabel('Example').textContent(), /"interactionSid": "KI[0-9a-f]{32}"/);
  });

  await test('the search finds, by keys alone', async () => {
    await page.locator('body').press('/');
    await page.keyboard.type('add participant');
    const found = page.locator('#contents li:not([hidden])');
    await page.waitForFunction(() => document.querySelectorAll('#contents li:not([hidden])').length === 1);
    assert.match(await found.textContent(), /Adds a Participant/);
    await page.keyboard.press('Enter');
    await page.locator('[id="twilio-proxy/createParticipant"][open]').waitFor();
    await page.locator('#filter').fill('');
  });

  await picture(page, 'docs');
  await page.context().close();

  for (const colorScheme of ['light', 'dark']) {
    await test(`nobody is kept out of it, ${colorScheme}`, async () => {
      const own = await openOwn(browser, '/docs#twilio-proxy/createSession', { colorScheme });
      const operation = await operationOf(own, 'twilio-proxy/createSession');
      await operation.getByRole('button', { name: 'Send' }).click();
      await operation.locator('[role=status] .status').waitFor();
      await operation.locator('.reply > summary').first().click();
      await isAccessible(own, `/docs, ${colorScheme}`);
      await own.setViewportSize({ width: 390, height: 800 });
      await fits(own, '/docs');
      await isAccessible(own, `/docs on a phone, ${colorScheme}`);
      await own.context().close();
    });
  }
}));
