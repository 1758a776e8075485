// What the scripts share: Chromium as Debian has it, and pages of another origin than the service's.
//
// SESSIONS_CHROMIUM names another one. .ci/run installs it; where there is none, the scripts say so and are skipped.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const executablePath = process.env.SESSIONS_CHROMIUM ?? '/usr/bin/chromium';

/** Why the scripts are skipped; false when they are not. */
export const skip = existsSync(executablePath)
  ? false
  : `there is no ${executablePath}: apt-get install chromium, or set SESSIONS_CHROMIUM`;

export const url = process.env.SESSIONS_URL ?? 'http://localhost:7071';

/** The origin that the settings name as one whose pages may call. */
export const namedOrigin = 'http://localhost:8123';

/** An origin that no setting names. */
export const otherOrigin = 'http://elsewhere.test';

export const token = process.env.SESSIONS_ALICE_TOKEN ?? 'dev-token';
export const bobToken = process.env.SESSIONS_BOB_TOKEN;

const examples = fileURLToPath(new URL('../../../docs/examples', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Starts Chromium, gives it to the work, and ends it. */
export async function withBrowser(work, more = []) {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', ...more];
  const browser = await chromium.launch({ executablePath, args });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** A page of an origin: an empty one, or a file under docs/examples. */
export async function openPage(browser, origin, file = null, query = '') {
  const context = await browser.newContext({ viewport: { width: 900, height: 640 } });

  // Chromium asks its user before a page that came over the network calls this machine.
  await context.grantPermissions(['local-network-access']);
  await context.route(`${origin}/**`, async (route) => {
    const wanted = new URL(route.request().url()).pathname.slice(1);
    if (file === null) {
      await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A page</title>' });
      return;
    }

    const found = path.join(examples, path.dirname(file), wanted);
    await (existsSync(found)
      ? route.fulfill({ contentType: types[path.extname(found)] ?? 'text/plain', body: readFileSync(found) })
      : route.fulfill({ status: 404, body: '' }));
  });
  const page = await context.newPage();
  await page.goto(`${origin}/${file === null ? '' : path.basename(file)}${query}`);
  return page;
}
