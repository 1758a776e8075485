// The console, as an operator uses it: what is looked for is found, what is open can be closed, and what a target did
// not take is sent again.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { skip, url } from '../browsers/support.mjs';
import { fits, inBrowser, isAccessible, openOwn, picture } from './support.mjs';

const [sid, secret, token] = ['AC00000000000000000000000000000001', 'dev-secret', 'dev-token'];
const basic = `Basic ${Buffer.from(`${sid}:${secret}`).toString('base64')}`;
const number = '+17085850199';
const views = ['', 'sessions', 'events', 'targets'];

const post = async (path, form) => {
  const reply = await fetch(url + path, {
    method: 'POST', headers: { Authorization: basic }, body: new URLSearchParams(form),
  });
  const answer = await reply.json();
  assert.ok(reply.ok, JSON.stringify(answer));
  return answer;
};

// A target that is gone at first, and then comes back.
let gone = true;
const taken = [];
const target = createServer((request, response) => {
  response.writeHead(gone ? 410 : 204).end();
  if (!gone) {
    taken.push(request.headers['webhook-id']);
  }
});

/** A session with a number in it, of which a message is told to the target. */
async function session(name) {
  const { port } = target.address();
  const service = await post('/v1/Services', {
    UniqueName: `console-${name}`, CallbackUrl: `http://127.0.0.1:${port}/interactions`,
  });
  const at = `/v1/Services/${service.sid}`;
  const pool = await post(`${at}/PhoneNumbers`, { PhoneNumber: `+1415555${String(1000 + name.length)}` });
  const made = await post(`${at}/Sessions`, { UniqueName: name });
  const participant = await post(`${at}/Sessions/${made.sid}/Participants`, {
    Identifier: name === 'by-number' ? number : `+1708585${String(2000 + name.length)}`, ProxyIdentifierSid: pool.sid,
  });
  await post(`${at}/Sessions/${made.sid}/Participants/${participant.sid}/MessageInteractions`, { Body: 'hello' });
  return made.sid;
}

const find = async (page, text) => {
  await page.locator('body').press('/');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};

const title = (page, text) => page.getByRole('heading', { level: 1, name: text }).waitFor();

const go = async (page, view) => {
  await page.evaluate((hash) => { location.hash = hash; }, `#/${view}`);
  await page.locator('.loading').waitFor({ state: 'detached' });
};

before(async () => {
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
});

after(() => target.close());

test('the console', { skip }, () => inBrowser(async (browser) => {
  const page = await openOwn(browser, '/');

  await test('the root leads to it, and it signs in by itself and says how to begin', async () => {
    assert.equal(new URL(page.url()).pathname, '/console');
    await page.getByText('Development account').waitFor();
    await page.getByText('No session yet').waitFor();
    await isAccessible(page, 'the empty console');
  });

  const own = await session('by-number');

  await test('what failed is sent again, and taken by then', async () => {
    await go(page, 'events?state=failed');
    await page.getByRole('table').getByRole('link').first().click();
    gone = false;
    await title(page, 'Event');
    await page.getByText('410').first().waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.locator('.facts').getByText('delivered').waitFor();
    await page.getByRole('table', { name: 'Attempts' }).getByText('204').waitFor();
    assert.equal(taken.length, 1);
    await picture(page, 'console-event');
  });

  await test('a session is found by the number of somebody in it, and by its own id and name', async () => {
    for (const text of ['+1 708 585-0199', own, 'by-number']) {
      await go(page, 'sessions');
      await find(page, text);
      await title(page, /^Session /);
      await page.getByText(own).first().waitFor();
      assert.ok(!page.url().includes('0199'), 'a number is in no address');
    }
    await find(page, '+1 708 585-0198');
    await page.getByText('Nothing found').waitFor();
  });

  await test('its timeline shows who takes part, what happened by whom, and what was told', async () => {
    await find(page, own);
    await title(page, /^Session /);
    const timeline = page.locator('.timeline');
    await timeline.getByText('Created').first().waitFor();
    await timeline.getByText(sid).first().waitFor();
    await timeline.getByText('Told').first().waitFor();
    await timeline.getByText('delivered').first().waitFor();
    await page.getByRole('table', { name: 'Participants' }).getByText(/^KP/).first().waitFor();
    await picture(page, 'console-session');
  });

  await test('an open session is closed, once one has said yes', async () => {
    await page.getByRole('button', { name: 'Close session' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.facts').getByText('open', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close session' }).click();
    await page.getByRole('button', { name: 'Close it' }).click();
    await page.locator('.facts').getByText('closed', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Close session' }).waitFor({ state: 'detached' });
    await page.locator('.timeline .closed').getByText('dev-user').waitFor();
  });

  await test('a target that was down is recovered', async () => {
    gone = true;
    await session('another');
    await go(page, 'targets');
    await page.getByRole('button', { name: /^Recover / }).waitFor({ timeout: 15_000 });
    await picture(page, 'console-targets');
    gone = false;
    await page.getByRole('button', { name: /^Recover / }).click();
    await page.getByRole('button', { name: 'Send them again' }).click();
    await page.getByText('1 event sent again').waitFor();
    for (let waited = 0; taken.length < 2 && waited < 10_000; waited += 100) {
      await page.waitForTimeout(100);
    }
    assert.equal(new Set(taken).size, 2);
  });

  await test('the overview counts by API', async () => {
    await go(page, '');
    const card = page.locator('.api', { hasText: 'Twilio Proxy' });
    await card.getByText('1 open').waitFor({ timeout: 15_000 });
    const store = page.getByRole('table', { name: 'What the store was asked for in the last hour' });
    const cells = await store.locator('tr', { hasText: 'twilio-proxy' }).getByRole('cell').allTextContents();
    assert.match(cells.join(' '), /^[1-9]\d* \d[\d.]* k?B \d[\d.]* k?B$/u);
    await picture(page, 'console-overview');
  });

  await test('lists are filtered, and the filter stands in the address', async () => {
    await go(page, 'sessions');
    await page.locator('.choices').getByText('Closed').click();
    await page.waitForURL(/state=closed/);
    await page.getByRole('table').getByText('closed').first().waitFor();
    assert.equal(await page.getByRole('table').getByText('open', { exact: true }).count(), 0);
    await page.locator('body').press('g');
    await page.locator('body').press('e');
    await title(page, 'Events');
  });

  await test('a token opens it where it does not open itself, and a wrong one is told so', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Operator token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await isAccessible(page, 'the sign-in');
    await page.getByLabel('Operator token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await title(page, 'Events');
  });

  await page.context().close();

  for (const colorScheme of ['light', 'dark']) {
    await test(`nobody is kept out of it, ${colorScheme}`, async () => {
      const other = await openOwn(browser, '/console', { colorScheme });
      const [{ id }] = (await (await fetch(`${url}/operator/sessions`, {
        headers: { Authorization: `Bearer ${token}` },
      })).json()).sessions;
      for (const view of [...views, `sessions/${encodeURIComponent(id)}`]) {
        await other.setViewportSize({ width: 1280, height: 860 });
        await go(other, view);
        await isAccessible(other, `${view}, ${colorScheme}`);
        await other.setViewportSize({ width: 390, height: 800 });
        await fits(other, view);
      }
      await isAccessible(other, `on a phone, ${colorScheme}`);
      await picture(other, `console-phone-${colorScheme}`);
      await go(other, '');
      await other.setViewportSize({ width: 1280, height: 860 });
      await picture(other, `console-${colorScheme}`);
      await other.context().close();
    });
  }
}));
