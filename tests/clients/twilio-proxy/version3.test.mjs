// What newer versions of the client have dropped: short codes and FailOnParticipantConflict.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import twilio3 from 'twilio-3';
import { accountSid, newNumber, newService, newSid, proxy, secret, url } from './support.mjs';

const client = twilio3(accountSid, secret);
client.proxy.baseUrl = url;

let service;
let number;

before(async () => {
  const { sid } = await newService();
  service = client.proxy.v1.services(sid);
  number = (await proxy.services(sid).phoneNumbers.create({ phoneNumber: newNumber() })).phoneNumber;
});

const refusedWith = (promise, code, status) => assert.rejects(promise, { code, status });

test('a short code is created, fetched, updated, listed and removed', async () => {
  const sid = newSid('SC');
  const code = await service.shortCodes.create({ sid });
  assert.deepEqual([code.sid, code.isReserved, code.accountSid], [sid, false, accountSid]);
  assert.match(code.shortCode, /^[0-9]+$/);
  assert.equal((await service.shortCodes(sid).fetch()).shortCode, code.shortCode);
  assert.equal((await service.shortCodes(sid).update({ isReserved: true })).isReserved, true);
  assert.deepEqual((await service.shortCodes.list()).map((each) => each.sid), [sid]);
  assert.equal(await service.shortCodes(sid).remove(), true);
  await refusedWith(service.shortCodes(sid).fetch(), 20404, 404);
});

for (const failOnParticipantConflict of [true, false]) {
  test(`failOnParticipantConflict ${failOnParticipantConflict}: a pair is never in two open sessions`, async () => {
    const identifier = newNumber();
    const participants = [{ Identifier: identifier, ProxyIdentifier: number }];
    const first = await service.sessions.create({ participants, failOnParticipantConflict });
    await refusedWith(service.sessions.create({ participants, failOnParticipantConflict }), 80604, 400);
    const second = await service.sessions.create({ failOnParticipantConflict });
    const added = service.sessions(second.sid).participants.create({
      identifier, proxyIdentifier: number, failOnParticipantConflict,
    });
    await refusedWith(added, 80604, 400);
    await first.update({ status: 'closed' });
    await service.sessions(second.sid).participants.create({ identifier, failOnParticipantConflict });
    await refusedWith(first.update({ status: 'in-progress', failOnParticipantConflict }), 80604, 400);
  });
}
