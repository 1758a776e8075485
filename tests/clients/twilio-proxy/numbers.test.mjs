import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { accountSid, newNumber, newService, newSid, proxy, refused } from './support.mjs';

let service;
let numbers;

before(async () => {
  service = await newService();
  numbers = proxy.services(service.sid).phoneNumbers;
});

test('create by phone number answers 201 and tells what the number tells', async () => {
  const phoneNumber = newNumber();
  const { statusCode, body } = await numbers.createWithHttpInfo({ phoneNumber });
  assert.equal(statusCode, 201);
  assert.match(body.sid, /^PN[0-9a-f]{32}$/);
  assert.deepEqual(
    [body.phoneNumber, body.isoCountry, body.isReserved, body.inUse, body.serviceSid, body.accountSid],
    [phoneNumber, 'US', false, 0, service.sid, accountSid],
  );
  assert.equal(body.capabilities.sms, true);
  assert.equal(body.url, `${service.links.phone_numbers}/${body.sid}`);
});

test('create by SID keeps the SID', async () => {
  const sid = newSid('PN');
  const number = await numbers.create({ sid, phoneNumber: newNumber(), isReserved: true });
  assert.deepEqual([number.sid, number.isReserved], [sid, true]);
});

test('fetch, update and remove', async () => {
  const created = await numbers.create({ phoneNumber: newNumber() });
  const fetched = await numbers(created.sid).fetch();
  assert.deepEqual(fetched.toJSON(), created.toJSON());
  assert.equal((await fetched.update({ isReserved: true })).isReserved, true);
  const { statusCode, body } = await numbers(created.sid).removeWithHttpInfo();
  assert.deepEqual([statusCode, body], [204, true]);
  await refused(numbers(created.sid).fetch(), 20404, 404);
});

test('list walks every page', async () => {
  const { sid } = await newService();
  const list = proxy.services(sid).phoneNumbers;
  const sids = [];
  for (let i = 0; i < 5; i += 1) {
    sids.unshift((await list.create({ phoneNumber: newNumber() })).sid);
  }
  assert.deepEqual((await list.list({ pageSize: 2 })).map((number) => number.sid), sids);
});

test('80101: a number is in one service only', async () => {
  const { phoneNumber } = await numbers.create({ phoneNumber: newNumber() });
  const other = proxy.services((await newService()).sid).phoneNumbers;
  await refused(other.create({ phoneNumber }), 80101, 400);
});

test('80611: a number in use is not removed, and is counted', async () => {
  const { sid } = await newService();
  const own = proxy.services(sid);
  const number = await own.phoneNumbers.create({ phoneNumber: newNumber() });
  const session = await own.sessions.create({ participants: [{ Identifier: newNumber() }] });
  assert.equal((await own.phoneNumbers(number.sid).fetch()).inUse, 1);
  await refused(own.phoneNumbers(number.sid).remove(), 80611, 400);
  await own.sessions(session.sid).update({ status: 'closed' });
  assert.equal((await own.phoneNumbers(number.sid).fetch()).inUse, 0);
  assert.equal(await own.phoneNumbers(number.sid).remove(), true);
});
