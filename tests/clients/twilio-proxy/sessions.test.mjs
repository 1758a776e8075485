import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import {
  accountSid, connect, inSeconds, newNumber, newService, proxy, raw, refused, unique, until, wholeSecond,
} from './support.mjs';

let service;
let sessions;

before(async () => {
  service = await newService();
  sessions = proxy.services(service.sid).sessions;
  await proxy.services(service.sid).phoneNumbers.create({ phoneNumber: newNumber() });
});

test('create answers 201 and gives every parameter back', async () => {
  const parameters = {
    uniqueName: unique('every'),
    dateExpiry: inSeconds(3600),
    ttl: 600,
    mode: 'message-only',
    status: 'in-progress',
  };
  const participants = [{ Identifier: '+15551234567', FriendlyName: 'Ann' }, { identifier: '+15557654321' }];
  const { statusCode, body } = await sessions.createWithHttpInfo({ ...parameters, participants });
  assert.equal(statusCode, 201);
  const { uniqueName, dateExpiry, ttl, mode, status } = body;
  assert.deepEqual(
    { uniqueName, dateExpiry, ttl, mode, status },
    { ...parameters, dateExpiry: wholeSecond(parameters.dateExpiry) },
  );
});

test('create without parameters gets the documented defaults', async () => {
  const session = await sessions.create();
  const { uniqueName, status, mode, ttl, closedReason } = session;
  assert.deepEqual(
    { uniqueName, status, mode, ttl, closedReason },
    { uniqueName: null, status: 'open', mode: 'voice-and-message', ttl: 0, closedReason: '' },
  );
  const { dateStarted, dateEnded, dateLastInteraction, dateExpiry } = session;
  assert.deepEqual(
    { dateStarted, dateEnded, dateLastInteraction, dateExpiry },
    { dateStarted: null, dateEnded: null, dateLastInteraction: null, dateExpiry: null },
  );
});

test('create names the session by a KC SID, its service, its account and its own address', async () => {
  const session = await sessions.create();
  assert.match(session.sid, /^KC[0-9a-f]{32}$/);
  assert.equal(session.serviceSid, service.sid);
  assert.equal(session.accountSid, accountSid);
  assert.equal(session.url, `${service.links.sessions}/${session.sid}`);
  assert.equal(session.links.participants, `${session.url}/Participants`);
  assert.equal(session.links.interactions, `${session.url}/Interactions`);
});

for (const mode of ['message-only', 'voice-only', 'voice-and-message']) {
  test(`create takes the mode ${mode}`, async () => {
    assert.equal((await sessions.create({ mode })).mode, mode);
  });
}

test('the DefaultTtl of the service fills an absent Ttl', async () => {
  const { sid } = await newService({ defaultTtl: 120 });
  assert.equal((await proxy.services(sid).sessions.create()).ttl, 120);
  assert.equal((await proxy.services(sid).sessions.create({ ttl: 5 })).ttl, 5);
  assert.equal((await proxy.services(sid).sessions.create({ ttl: 0 })).ttl, 0);
});

test('dates on the wire are UTC in whole seconds', async () => {
  const { url } = await sessions.create({ dateExpiry: inSeconds(60), status: 'in-progress' });
  const session = await raw(url);
  for (const name of ['date_created', 'date_updated', 'date_expiry', 'date_started']) {
    assert.match(session[name], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, name);
  }
});

test('a DateExpiry with an offset is the same moment in UTC', async () => {
  const session = await sessions.create({ dateExpiry: '2040-01-01T01:30:00+01:30' });
  assert.equal(session.dateExpiry.toISOString(), '2040-01-01T00:00:00.000Z');
});

test('fetch finds a session by its SID', async () => {
  const created = await sessions.create({ uniqueName: unique('by-sid'), ttl: 60 });
  const fetched = await sessions(created.sid).fetch();
  assert.deepEqual(fetched.toJSON(), created.toJSON());
});

for (const name of ['plain', 'with space', 'plus+and&equals=', 'semi;colon:at@', 'Grüße 世界 😀']) {
  test(`fetch finds a session by the unique name "${name}"`, async () => {
    const created = await sessions.create({ uniqueName: unique(name) });
    const fetched = await sessions(created.uniqueName).fetch();
    assert.equal(fetched.sid, created.sid);
    assert.equal(fetched.uniqueName, created.uniqueName);
  });
}

test('a fetch carries an ETag that changes with the session', async () => {
  const { sid } = await sessions.create();
  const first = (await sessions(sid).fetchWithHttpInfo()).headers.etag;
  assert.match(first, /^".+"$/);
  assert.equal((await sessions(sid).fetchWithHttpInfo()).headers.etag, first);
  const updated = await sessions(sid).updateWithHttpInfo({ ttl: 9 });
  assert.notEqual(updated.headers.etag, first);
  assert.equal((await sessions(sid).fetchWithHttpInfo()).headers.etag, updated.headers.etag);
});

test('a unique name is unique in its service, not across services', async () => {
  const uniqueName = unique('twice');
  await sessions.create({ uniqueName });
  const other = proxy.services((await newService()).sid).sessions;
  assert.equal((await other.create({ uniqueName })).uniqueName, uniqueName);
});

test('of twenty creates of one unique name at once, one wins and the others get 80603', async () => {
  const uniqueName = unique('raced');
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => sessions.create({ uniqueName })));
  const lost = attempts.filter((attempt) => attempt.status === 'rejected');
  assert.deepEqual(lost.map(({ reason }) => reason.code), Array(19).fill(80603));
});

test('update changes the Ttl and the DateExpiry, and leaves what it does not name', async () => {
  const dateExpiry = inSeconds(7200);
  const { sid, uniqueName } = await sessions.create({ uniqueName: unique('update'), ttl: 60, dateExpiry });
  const later = await sessions(sid).update({ ttl: 90 });
  assert.deepEqual([later.ttl, later.dateExpiry], [90, wholeSecond(dateExpiry)]);
  const sooner = await sessions(sid).update({ dateExpiry: inSeconds(3600) });
  assert.ok(sooner.dateExpiry < dateExpiry);
  assert.deepEqual([sooner.ttl, sooner.uniqueName, sooner.status], [90, uniqueName, 'open']);
  assert.deepEqual((await sessions(sid).fetch()).toJSON(), sooner.toJSON());
});

test('ten updates at once all arrive', async () => {
  const { sid } = await sessions.create();
  const ttls = Array.from({ length: 10 }, (_, index) => index + 1);
  const updated = await Promise.all(ttls.map((ttl) => sessions(sid).update({ ttl })));
  assert.deepEqual(updated.map((session) => session.ttl), ttls);
  assert.ok(ttls.includes((await sessions(sid).fetch()).ttl));
});

for (const status of ['open', 'in-progress']) {
  test(`update to closed ends a session that is ${status}`, async () => {
    const { sid } = await sessions.create({ status });
    const closed = await sessions(sid).update({ status: 'closed' });
    assert.deepEqual([closed.status, closed.closedReason], ['closed', 'api']);
    assert.ok(closed.dateEnded >= closed.dateCreated);
    assert.equal((await sessions(sid).fetch()).status, 'closed');
  });
}

test('update to in-progress re-opens a closed session', async () => {
  const { sid } = await sessions.create({ ttl: 600 });
  await sessions(sid).update({ status: 'closed' });
  const open = await sessions(sid).update({ status: 'in-progress' });
  assert.deepEqual([open.status, open.closedReason, open.dateEnded, open.ttl], ['in-progress', '', null, 600]);
  assert.ok(open.dateStarted >= open.dateCreated);
  assert.equal((await sessions(sid).update({ status: 'closed' })).status, 'closed');
});

test('a session ends by its Ttl, and may be re-opened', async () => {
  const { sid, dateCreated } = await sessions.create({ ttl: 1 });
  const ended = await until(() => sessions(sid).fetch(), (session) => session.status === 'closed');
  assert.deepEqual([ended.closedReason, ended.ttl], ['ttl', 1]);
  assert.equal(ended.dateEnded - dateCreated, 1000);
  const open = await sessions(sid).update({ status: 'in-progress', ttl: 600 });
  assert.deepEqual([open.status, open.closedReason], ['in-progress', '']);
});

test('a session ends at its DateExpiry whatever its Ttl, and re-opens only with a new one', async () => {
  const { sid, dateExpiry } = await sessions.create({ dateExpiry: inSeconds(2), ttl: 3600 });
  const ended = await until(() => sessions(sid).fetch(), (session) => session.status === 'closed');
  assert.equal(ended.closedReason, 'date-expiry');
  assert.deepEqual(ended.dateEnded, dateExpiry);
  await refused(sessions(sid).update({ status: 'in-progress' }), 20001, 400, /DateExpiry/);
  const open = await sessions(sid).update({ status: 'in-progress', dateExpiry: inSeconds(600) });
  assert.equal(open.status, 'in-progress');
});

test('a fetched instance updates and removes itself', async () => {
  const session = await sessions((await sessions.create()).sid).fetch();
  assert.equal((await session.update({ ttl: 7 })).ttl, 7);
  assert.equal(await session.remove(), true);
  await refused(session.fetch(), 20404, 404);
});

test('remove answers 204, and the session and its unique name are gone', async () => {
  const { sid, uniqueName } = await sessions.create({ uniqueName: unique('removed') });
  const { statusCode, body } = await sessions(sid).removeWithHttpInfo();
  assert.deepEqual({ statusCode, body }, { statusCode: 204, body: true });
  await refused(sessions(sid).fetch(), 20404, 404);
  await refused(sessions(uniqueName).fetch(), 80308, 404);
  assert.notEqual((await sessions.create({ uniqueName })).sid, sid);
});

test('a closed session can be removed', async () => {
  const { sid } = await sessions.create({ status: 'closed' });
  assert.equal(await sessions(sid).remove(), true);
});

test('a client with autoRetry makes one session of one create', async () => {
  const { sid } = await newService();
  const retrying = connect(undefined, undefined, { autoRetry: true }).proxy.v1.services(sid).sessions;
  const created = await retrying.create({ uniqueName: unique('retry') });
  await refused(retrying.create({ uniqueName: created.uniqueName }), 80603, 400);
  assert.deepEqual((await retrying.list()).map((session) => session.sid), [created.sid]);
});
