// Needs two accounts and an API key of the first, in the variables named below.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { accountSid, connect, newService, proxy, refused } from './support.mjs';

function setting(name) {
  assert.ok(process.env[name], `Set ${name}.`);
  return process.env[name];
}

let service;
let session;
let other;

before(async () => {
  other = connect(setting('SESSIONS_OTHER_ACCOUNT_SID'), setting('SESSIONS_OTHER_SECRET')).proxy.v1;
  service = await newService();
  session = await proxy.services(service.sid).sessions.create({ uniqueName: 'mine' });
});

test('an API key SID and its secret serve as the account', async () => {
  const keyed = connect(setting('SESSIONS_API_KEY_SID'), setting('SESSIONS_API_KEY_SECRET')).proxy.v1;
  const fetched = await keyed.services(service.sid).sessions(session.sid).fetch();
  assert.deepEqual(fetched.toJSON(), session.toJSON());
  assert.equal(fetched.accountSid, accountSid);
});

test('20003: an API key SID with another secret than its own', async () => {
  const keyed = connect(setting('SESSIONS_API_KEY_SID'), 'dev-secret').proxy.v1;
  await refused(keyed.services.list(), 20003, 401);
});

test('20404: another account cannot tell a service or session from one that does not exist', async () => {
  const theirs = other.services(service.sid);
  await refused(theirs.fetch(), 20404, 404);
  await refused(other.services(service.uniqueName).fetch(), 20404, 404);
  await refused(theirs.update({ defaultTtl: 1 }), 20404, 404);
  await refused(theirs.remove(), 20404, 404);
  await refused(theirs.sessions.list(), 20404, 404);
  await refused(theirs.sessions.create(), 20404, 404);
  await refused(theirs.sessions(session.sid).fetch(), 20404, 404);
  await refused(theirs.sessions('mine').fetch(), 20404, 404);
  await refused(theirs.sessions(session.sid).update({ status: 'closed' }), 20404, 404);
  await refused(theirs.sessions(session.sid).remove(), 20404, 404);
  assert.equal((await proxy.services(service.sid).sessions(session.sid).fetch()).status, 'open');
});

test('another account may take the same service name, and lists its own services only', async () => {
  const { sid, uniqueName } = await other.services.create({ uniqueName: service.uniqueName });
  assert.equal(uniqueName, service.uniqueName);
  assert.deepEqual((await other.services.list()).map((listed) => listed.sid), [sid]);
  await other.services(sid).remove();
});
