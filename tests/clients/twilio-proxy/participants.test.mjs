import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { accountSid, newNumber, newService, proxy, refused } from './support.mjs';

let service;
let pool;

before(async () => {
  service = proxy.services((await newService()).sid);
  pool = [];
  for (let i = 0; i < 3; i += 1) {
    pool.push((await service.phoneNumbers.create({ phoneNumber: newNumber() })).phoneNumber);
  }
});

test('create answers 201 with a number of the pool', async () => {
  const session = await service.sessions.create();
  const identifier = newNumber();
  const participants = service.sessions(session.sid).participants;
  const { statusCode, body } = await participants.createWithHttpInfo({ identifier, friendlyName: 'Ann' });
  assert.equal(statusCode, 201);
  assert.match(body.sid, /^KP[0-9a-f]{32}$/);
  assert.deepEqual(
    [body.identifier, body.friendlyName, body.sessionSid, body.accountSid, body.dateDeleted],
    [identifier, 'Ann', session.sid, accountSid, null],
  );
  assert.ok(pool.includes(body.proxyIdentifier));
  assert.match(body.proxyIdentifierSid, /^PN/);
  assert.deepEqual((await participants(body.sid).fetch()).toJSON(), body.toJSON());
});

test('create takes the number asked for', async () => {
  const session = await service.sessions.create();
  const participant = await service.sessions(session.sid).participants.create({
    identifier: newNumber(), proxyIdentifier: pool[1],
  });
  assert.equal(participant.proxyIdentifier, pool[1]);
});

test('participants come with their session, and are listed', async () => {
  const [one, two] = [newNumber(), newNumber()];
  const session = await service.sessions.create({
    participants: [{ Identifier: one, FriendlyName: 'One' }, { identifier: two, proxyIdentifier: pool[2] }],
  });
  const list = await service.sessions(session.sid).participants.list();
  assert.deepEqual(list.map((participant) => participant.identifier), [two, one]);
  assert.equal(list[0].proxyIdentifier, pool[2]);
});

test('80609, 80103, 80612: who cannot be added', async () => {
  const { sid } = await service.sessions.create();
  const { participants } = service.sessions(sid);
  const one = await participants.create({ identifier: newNumber() });
  await refused(participants.create({ identifier: one.identifier }), 80103, 400);
  await participants.create({ identifier: newNumber() });
  await refused(participants.create({ identifier: newNumber() }), 80609, 400);
  const { statusCode, body } = await participants(one.sid).removeWithHttpInfo();
  assert.deepEqual([statusCode, body], [204, true]);
  assert.ok((await participants(one.sid).fetch()).dateDeleted);
  await refused(participants.create({ identifier: one.identifier }), 80612, 400);
});

test('one identifier has other numbers in sessions open at once, until 80208', async () => {
  const identifier = newNumber();
  const numbers = new Set();
  for (let i = 0; i < 3; i += 1) {
    const session = await service.sessions.create({ participants: [{ Identifier: identifier }] });
    numbers.add((await service.sessions(session.sid).participants.list())[0].proxyIdentifier);
  }
  assert.equal(numbers.size, 3);
  await refused(service.sessions.create({ participants: [{ Identifier: identifier }] }), 80208, 400);
});

test('80604: a re-opened session whose pair is taken', async () => {
  const pair = { Identifier: newNumber(), ProxyIdentifier: pool[0] };
  const first = await service.sessions.create({ participants: [pair] });
  await refused(service.sessions.create({ participants: [pair] }), 80604, 400);
  await service.sessions(first.sid).update({ status: 'closed' });
  const second = await service.sessions.create({ participants: [pair] });
  await refused(service.sessions(first.sid).update({ status: 'in-progress' }), 80604, 400);
  await service.sessions(second.sid).remove();
  assert.equal((await service.sessions(first.sid).update({ status: 'in-progress' })).status, 'in-progress');
});

test('of twenty creates of one pair at once, one wins', async () => {
  const pair = { Identifier: newNumber(), ProxyIdentifier: pool[0] };
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, () => service.sessions.create({ participants: [pair] })),
  );
  const lost = attempts.filter((attempt) => attempt.status === 'rejected');
  assert.equal(lost.length, 19);
  assert.ok(lost.every(({ reason }) => [80604, 80623].includes(reason.code)), String(lost[0].reason));
});
