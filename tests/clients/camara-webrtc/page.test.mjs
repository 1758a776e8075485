// The telephone page of docs/examples, in two tabs with fake microphones: signalling, sound and text are real.
import assert from 'node:assert/strict';
import test from 'node:test';
import { bobToken, namedOrigin, openPage, skip, token, url, withBrowser } from '../browsers/support.mjs';

const media = [
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection',
];
const [alice, bob] = ['+17085852753', '+17085854000'];
const button = (page, name) => page.getByRole('button', { name, exact: true });
const state = (page, text) => page.locator('#state', { hasText: text }).waitFor();

/** Registers a device of a number. */
async function register(browser, number, by) {
  const page = await openPage(browser, namedOrigin, 'camara-call/index.html');
  page.on('pageerror', (error) => assert.fail(`${number}: ${error}`));
  await page.getByLabel('Service').fill(url);
  await page.getByLabel('Token').fill(by);
  await page.getByLabel('Your number').fill(number);
  await button(page, 'Register').click();
  await page.locator('#phone').waitFor();
  return page;
}

async function dial(page, number) {
  await page.getByLabel('Number to call').fill(number);
  await button(page, 'Call').click();
}

const log = (page, text) => page.locator('#log li', { hasText: text }).first().waitFor();

test('two tabs call each other, hear and read each other, hold and hang up', { skip }, () =>
  withBrowser(async (browser) => {
    const [one, other] = [await register(browser, alice, token), await register(browser, bob, bobToken)];

    await dial(one, bob);
    await state(other, 'Incoming call');
    await other.getByText(`From ${alice}`).waitFor();
    await state(one, 'Ringing');
    await button(other, 'Answer').click();
    await state(one, 'Connected');
    await state(other, 'Connected');
    await one.getByText('Media: connected').waitFor();
    await other.getByText('Media: connected').waitFor();

    // Bob hears Alice: packets of sound arrive.
    await other.waitForFunction(() => {
      const track = document.getElementById('sound').srcObject?.getAudioTracks()[0];
      return track && !track.muted;
    });
    await one.getByLabel('Text').fill('Can you hear me?');
    await button(one, 'Send').click();
    await other.getByText(`${alice}: Can you hear me?`).waitFor();
    if (process.env.SESSIONS_PICTURES) {
      await other.screenshot({ path: `${process.env.SESSIONS_PICTURES}/call.png` });
    }

    await button(one, 'Hold').click();
    await state(other, 'On hold');
    await button(other, 'Resume').click();
    await state(one, 'Connected');
    await button(other, 'Hang up').click();
    await log(one, `To ${bob}: Ended`);
    await log(other, `From ${alice}: Ended`);

    await dial(other, alice);
    await state(one, 'Incoming call');
    await button(one, 'Decline').click();
    await log(other, `To ${alice}: Declined`);
  }, media));

test('who calls with the number of somebody else is told why not', { skip }, () =>
  withBrowser(async (browser) => {
    const page = await register(browser, '+17085850000', token);
    await dial(page, bob);
    await log(page, `To ${bob}: originator info is not consistent with access token.`);
  }, media));
