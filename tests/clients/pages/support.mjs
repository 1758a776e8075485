// What the scripts share that look at the service's own pages, with its development account.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { url, withBrowser } from '../browsers/support.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page of the service; whatever goes wrong in it fails the test. */
export async function openOwn(browser, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  page.on('pageerror', (error) => assert.fail(`${path}: ${error}`));
  await page.goto(url + path);
  return page;
}

/** Every rule of axe but those that are no more than advice. */
export async function isAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  assert.deepEqual(
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)),
    [], what);
}

/** The page as nobody may scroll it sideways. */
export async function fits(page, what) {
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(inner <= outer, `${what} is ${inner} wide on a screen of ${outer}`);
}

/** Keeps a picture, where one is asked for. */
export async function picture(page, name) {
  if (process.env.SESSIONS_PICTURES) {
    await page.screenshot({ path: `${process.env.SESSIONS_PICTURES}/${name}.png` });
  }
}

/** One browser for all of a script's tests, since starting one takes longer than most of them. */
export const inBrowser = (work) => withBrowser(work);
