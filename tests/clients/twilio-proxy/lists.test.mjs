import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { newService, proxy, raw, refused, unique } from './support.mjs';

const names = Array.from({ length: 7 }, (_, index) => `name-${index}`);
const newestFirst = names.toReversed();
const nameOf = (session) => session.uniqueName;

let service;
let sessions;

before(async () => {
  service = await newService();
  sessions = proxy.services(service.sid).sessions;
  for (const uniqueName of names) {
    await sessions.create({ uniqueName });
  }
});

test('list gives all sessions, newest first', async () => {
  assert.deepEqual((await sessions.list()).map(nameOf), newestFirst);
});

for (const pageSize of [1, 2, 3, 7, 50, 100]) {
  test(`list walks every page of ${pageSize}`, async () => {
    assert.deepEqual((await sessions.list({ pageSize })).map(nameOf), newestFirst);
  });
}

for (const limit of [1, 3, 7, 20, 5000]) {
  test(`list stops at a limit of ${limit}`, async () => {
    assert.deepEqual((await sessions.list({ limit })).map(nameOf), newestFirst.slice(0, limit));
  });
}

test('list stops at a limit within a page', async () => {
  assert.deepEqual((await sessions.list({ limit: 5, pageSize: 3 })).map(nameOf), newestFirst.slice(0, 5));
});

test('each calls back once for every session', async () => {
  const seen = [];
  await sessions.each({ pageSize: 2 }, (session) => seen.push(nameOf(session)));
  assert.deepEqual(seen, newestFirst);
});

test('each ends when its callback says so', async () => {
  const seen = [];
  await sessions.each({ pageSize: 2 }, (session, done) => {
    seen.push(nameOf(session));
    if (seen.length === 3) {
      done();
    }
  });
  assert.deepEqual(seen.slice(0, 3), newestFirst.slice(0, 3));
  assert.ok(seen.length < names.length);
});

test('nextPage and previousPage walk the list to its end and back', async () => {
  const first = await sessions.page({ pageSize: 3 });
  const second = await first.nextPage();
  const third = await second.nextPage();
  assert.deepEqual([first, second, third].map((page) => page.instances.map(nameOf)), [
    newestFirst.slice(0, 3), newestFirst.slice(3, 6), newestFirst.slice(6),
  ]);
  assert.equal(third.nextPage(), undefined);
  assert.equal(first.previousPage(), undefined);

  const secondAgain = await third.previousPage();
  const firstAgain = await secondAgain.previousPage();
  assert.deepEqual(secondAgain.instances.map(nameOf), newestFirst.slice(3, 6));
  assert.deepEqual(firstAgain.instances.map(nameOf), newestFirst.slice(0, 3));
  assert.equal(firstAgain.previousPage(), undefined);
  assert.deepEqual((await firstAgain.nextPage()).instances.map(nameOf), newestFirst.slice(3, 6));
});

test('getPage follows any page URL', async () => {
  const first = await sessions.page({ pageSize: 3 });
  const second = await sessions.getPage(first.nextPageUrl);
  assert.deepEqual(second.instances.map(nameOf), newestFirst.slice(3, 6));
  const firstAgain = await sessions.getPage(second.previousPageUrl);
  assert.deepEqual(firstAgain.instances.map(nameOf), newestFirst.slice(0, 3));
});

test('page takes the number and token of a page URL', async () => {
  const { nextPageUrl } = await sessions.page({ pageSize: 3 });
  const query = new URL(nextPageUrl).searchParams;
  const page = await sessions.page({
    pageSize: 3, pageNumber: query.get('Page'), pageToken: query.get('PageToken'),
  });
  assert.deepEqual(page.instances.map(nameOf), newestFirst.slice(3, 6));
});

test('a page that is full to the last session has no next page', async () => {
  assert.equal((await sessions.page({ pageSize: 7 })).nextPageUrl, undefined);
});

test('meta tells the key, the page, its size and the addresses around it', async () => {
  const { meta } = await raw(`${service.links.sessions}?PageSize=3`);
  const { next_page_url: next, ...rest } = meta;
  assert.deepEqual(rest, {
    key: 'sessions',
    page: 0,
    page_size: 3,
    url: `${service.links.sessions}?PageSize=3&Page=0`,
    first_page_url: `${service.links.sessions}?PageSize=3&Page=0`,
    previous_page_url: null,
  });
  const second = (await raw(next)).meta;
  assert.deepEqual([second.page, second.page_size, second.url], [1, 3, next]);
  assert.equal(second.first_page_url, meta.first_page_url);
  assert.ok(second.previous_page_url.startsWith(`${service.links.sessions}?PageSize=3&Page=0&PageToken=`));
});

test('a page holds 50 unless it is asked for another size, and never more than 100', async () => {
  assert.equal((await raw(service.links.sessions)).meta.page_size, 50);
  assert.equal((await raw(`${service.links.sessions}?PageSize=5000`)).meta.page_size, 100);
});

test('an empty list is one empty page', async () => {
  const { sid, links } = await newService();
  assert.deepEqual(await proxy.services(sid).sessions.list(), []);
  const { sessions: none, meta } = await raw(links.sessions);
  assert.deepEqual([none, meta.next_page_url, meta.previous_page_url], [[], null, null]);
});

test('what is created or removed between two pages neither repeats nor hides a session', async () => {
  const { sid } = await newService();
  const changing = proxy.services(sid).sessions;
  for (const uniqueName of names) {
    await changing.create({ uniqueName });
  }

  const first = await changing.page({ pageSize: 3 });
  await changing.create({ uniqueName: 'late' });
  await changing(first.instances[2].sid).remove();
  const second = await first.nextPage();
  assert.deepEqual(second.instances.map(nameOf), newestFirst.slice(3, 6));
});

test('sessions that were created all at once are all listed, once', async () => {
  const { sid } = await newService();
  const crowd = proxy.services(sid).sessions;
  const created = await Promise.all(Array.from({ length: 120 }, () => crowd.create()));
  const listed = await crowd.list();
  assert.deepEqual(listed.map((session) => session.sid).sort(), created.map((session) => session.sid).sort());
});

test('closed sessions stay in the list', async () => {
  const { sid } = await newService();
  const session = await proxy.services(sid).sessions.create({ status: 'closed' });
  const [listed] = await proxy.services(sid).sessions.list();
  assert.deepEqual(listed.toJSON(), session.toJSON());
});

test('services are listed newest first, over several pages', async () => {
  const created = [];
  for (let index = 0; index < 5; index++) {
    created.unshift((await newService()).sid);
  }

  const listed = (await proxy.services.list({ pageSize: 2, limit: 5 })).map((listedService) => listedService.sid);
  assert.deepEqual(listed, created);
  const page = await proxy.services.page({ pageSize: 2 });
  const next = await page.nextPage();
  assert.deepEqual((await next.previousPage()).instances.map(({ sid }) => sid), created.slice(0, 2));
});

test('a made-up, changed or foreign page token is refused with 20001', async () => {
  const { nextPageUrl } = await sessions.page({ pageSize: 3 });
  const pageToken = new URL(nextPageUrl).searchParams.get('PageToken');
  const changed = (pageToken[0] === 'A' ? 'B' : 'A') + pageToken.slice(1);
  const foreign = proxy.services((await newService({ uniqueName: unique('foreign') })).sid).sessions;
  await refused(sessions.page({ pageToken: 'made-up', pageNumber: 1 }), 20001, 400, /PageToken/);
  await refused(sessions.page({ pageToken: changed, pageNumber: 1 }), 20001, 400, /PageToken/);
  await refused(foreign.page({ pageToken, pageNumber: 1 }), 20001, 400, /PageToken/);
});

for (const [what, parameters] of [
  ['a page size of 0', { pageSize: 0 }],
  ['a page size that is no number', { pageSize: 'many' }],
  ['a negative page', { pageNumber: -1 }],
  ['a later page without its token', { pageNumber: 1 }],
]) {
  test(`${what} is refused with 20001`, async () => {
    await refused(sessions.page(parameters), 20001, 400, /Page/);
    await refused(proxy.services.page(parameters), 20001, 400, /Page/);
  });
}
