// twilio 3.80.0 is the last line of clients that still sends FailOnParticipantConflict.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import twilio from 'twilio-3';
import { accountSid, newService, proxy, unique, url } from './support.mjs';

let service;
let sessions;

before(async () => {
  const client = twilio(accountSid, process.env.SESSIONS_SECRET ?? 'dev-secret');
  client.proxy.baseUrl = url;
  service = await newService();
  sessions = client.proxy.v1.services(service.sid).sessions;
});

test('create and update take FailOnParticipantConflict', async () => {
  for (const failOnParticipantConflict of [true, false]) {
    const session = await sessions.create({ uniqueName: unique('flag'), failOnParticipantConflict });
    const closed = await sessions(session.sid).update({ status: 'closed', failOnParticipantConflict });
    assert.equal(closed.status, 'closed');
  }
});

test('both clients see the same session', async () => {
  const { sid, dateCreated } = await sessions.create({ uniqueName: unique('both'), ttl: 60 });
  const seen = await proxy.services(service.sid).sessions(sid).fetch();
  assert.deepEqual([seen.ttl, seen.dateCreated], [60, dateCreated]);
});

test('list walks pages, and remove removes', async () => {
  const before = await sessions.list({ pageSize: 1 });
  assert.ok(before.length >= 3);
  assert.equal(await sessions(before[0].sid).remove(), true);
  assert.equal((await sessions.list({ pageSize: 2 })).length, before.length - 1);
});

test('a refusal has its code and status', async () => {
  await assert.rejects(sessions('no such name').fetch(), { code: 80308, status: 404 });
});
