// The chat page of docs/examples, by two users in two browsers' windows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { namedOrigin, openPage, skip, url, withBrowser } from '../browsers/support.mjs';

const tokens = { ann: process.env.SESSIONS_ANN_TOKEN, ben: process.env.SESSIONS_BEN_TOKEN };
const post = async (user, path, body) => {
  const headers = { Authorization: `Bearer ${tokens[user]}`, 'Content-Type': 'application/json' };
  const reply = await fetch(`${url}/v1/conversation/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(reply.status, 200);
};

/** Signs in, and tells of whatever goes wrong in the page. */
async function enter(browser, user, session) {
  const page = await openPage(browser, namedOrigin, 'chat/index.html');
  page.on('pageerror', (error) => assert.fail(`${user}: ${error}`));
  await page.getByLabel('Service').fill(url);
  await page.getByLabel('Token').fill(tokens[user]);
  await page.getByLabel('Your name').fill(user);
  await page.getByLabel('Session').fill(session);
  await page.getByRole('button', { name: 'Join' }).click();
  return page;
}

const line = (page, text) => page.locator('#messages li', { has: page.locator(`.text:text-is("${text}")`) });
const say = async (page, text) => {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
};

test('two users talk, and see history, who is there, who types and who has read what', { skip }, () =>
  withBrowser(async (browser) => {
    const session = `tea-${Date.now()}`;
    await post('ann', `sessions?sessionId=${session}`, {
      profile: 'chat', displayName: 'Chat', sessionType: 1, owners: ['ann'], defaultChannels: [1],
    });
    for (let i = 1; i <= 40; i++) {
      await post('ann', `sessions/${session}/messages`, { name: 'ann', message: { text: `What was said before, ${i}` } });
    }

    const ann = await enter(browser, 'ann', session);
    await line(ann, 'What was said before, 40').waitFor();
    assert.equal(await ann.locator('#messages li').count(), 30);
    await ann.getByRole('button', { name: 'Earlier messages' }).click();
    await line(ann, 'What was said before, 1').waitFor();
    assert.equal(await ann.locator('#messages li').count(), 40);
    await ann.getByRole('button', { name: 'Earlier messages' }).waitFor({ state: 'hidden' });

    const ben = await enter(browser, 'ben', session);
    await ann.locator('#members li.present', { hasText: 'ben' }).waitFor();
    await ben.locator('#members li.present', { hasText: 'ann' }).waitFor();

    await say(ann, 'Good morning, Ben!');
    await line(ben, 'Good morning, Ben!').waitFor();
    await line(ann, 'Good morning, Ben!').getByText('Read by ben').waitFor();
    await say(ben, 'Morning! Is <b>ten</b> & a quarter too late?');
    await line(ann, 'Morning! Is <b>ten</b> & a quarter too late?').waitFor();
    await say(ann, 'Not at all.');
    await line(ann, 'Not at all.').getByText('Read by ben').waitFor();

    await ben.getByLabel('Message', { exact: true }).pressSequentially('Shall we');
    await ann.getByText('ben is typing…').waitFor();
    if (process.env.SESSIONS_PICTURES) {
      await ann.screenshot({ path: `${process.env.SESSIONS_PICTURES}/chat.png` });
    }

    await ben.getByRole('button', { name: 'Send' }).click();
    await line(ann, 'Shall we').waitFor();
    await ann.getByText('ben is typing…').waitFor({ state: 'hidden' });
    await line(ben, 'Shall we').getByText('Read by ann').waitFor();
  }));

test('who is not let in is told why', { skip }, () =>
  withBrowser(async (browser) => {
    const page = await enter(browser, 'ann', 'lobby');
    await page.locator('#room').waitFor();
    const other = await openPage(browser, namedOrigin, 'chat/index.html');
    await other.getByLabel('Service').fill(url);
    await other.getByLabel('Token').fill('wrong');
    await other.getByLabel('Your name').fill('ann');
    await other.getByRole('button', { name: 'Join' }).click();

    await other.getByRole('alert').getByText('The token is unknown').waitFor();
  }));
