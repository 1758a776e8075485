import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { client, connect, newService, proxy, refused, unique } from './support.mjs';

const noService = 'KS00000000000000000000000000000000';
const noSession = 'KC00000000000000000000000000000000';
const participant = (identifier) => ({ Identifier: identifier });

let service;
let sessions;

before(async () => {
  service = await newService();
  sessions = proxy.services(service.sid).sessions;
});

const badServices = [
  ['an empty UniqueName', { uniqueName: '' }, /UniqueName/],
  ['a UniqueName of 192 characters', { uniqueName: 'x'.repeat(192) }, /UniqueName/],
  ['a DefaultTtl that is no number', { defaultTtl: 'soon' }, /DefaultTtl/],
  ['a negative DefaultTtl', { defaultTtl: -1 }, /DefaultTtl/],
  ['a broken DefaultTtl', { defaultTtl: 1.5 }, /DefaultTtl/],
  ['a DefaultTtl beyond an integer', { defaultTtl: 2 ** 31 }, /DefaultTtl/],
  ['an unknown GeoMatchLevel', { geoMatchLevel: 'planet' }, /GeoMatchLevel/],
  ['an unknown NumberSelectionBehavior', { numberSelectionBehavior: 'sticky' }, /NumberSelectionBehavior/],
  ['a CallbackUrl that is none', { callbackUrl: 'example' }, /CallbackUrl/],
  ['an InterceptCallbackUrl that is no http', { interceptCallbackUrl: 'ftp://example.com' }, /InterceptCallbackUrl/],
  ['an OutOfSessionCallbackUrl that is none', { outOfSessionCallbackUrl: '//x' }, /OutOfSessionCallbackUrl/],
  ['a ChatInstanceSid of another kind', { chatInstanceSid: noService }, /ChatInstanceSid/],
];

for (const [what, parameters, message] of badServices) {
  test(`20001: creating and updating a service with ${what}`, async () => {
    await refused(newService(parameters), 20001, 400, message);
    await refused(proxy.services(service.sid).update(parameters), 20001, 400, message);
  });
}

const badExpiries = [
  ['a Ttl that is no number', { ttl: 'soon' }, /Ttl/],
  ['a negative Ttl', { ttl: -1 }, /Ttl/],
  ['a DateExpiry that is no date', { dateExpiry: 'tomorrow' }, /DateExpiry/],
  ['a DateExpiry in the past', { dateExpiry: new Date(0) }, /DateExpiry/],
  ['an unknown Status', { status: 'paused' }, /Status/],
];

for (const [what, parameters, message] of badExpiries) {
  test(`20001: creating and updating a session with ${what}`, async () => {
    const { sid } = await sessions.create();
    await refused(sessions.create(parameters), 20001, 400, message);
    await refused(sessions(sid).update(parameters), 20001, 400, message);
  });
}

const badSessions = [
  ['a UniqueName of 192 characters', { uniqueName: 'x'.repeat(192) }, /UniqueName/],
  ['an unknown Mode', { mode: 'video' }, /Mode/],
  ['a participant that is no object', { participants: ['+15551234567'] }, /Participants/],
  ['a participant without an Identifier', { participants: [{ FriendlyName: 'Ann' }] }, /Participants/],
  ['a FriendlyName of 256 characters',
    { participants: [{ ...participant('+15551234567'), FriendlyName: 'x'.repeat(256) }] }, /FriendlyName/],
  ['a ProxyIdentifierSid that is none',
    { participants: [{ ...participant('+15551234567'), ProxyIdentifierSid: noService }] }, /ProxyIdentifierSid/],
];

for (const [what, parameters, message] of badSessions) {
  test(`20001: creating a session with ${what}`, async () => {
    await refused(sessions.create(parameters), 20001, 400, message);
  });
}

test('20003: a wrong secret', async () => {
  await refused(connect(undefined, 'wrong').proxy.v1.services.list(), 20003, 401, /^Authenticate$/);
});

test('20003: an unknown account', async () => {
  const stranger = connect('AC99999999999999999999999999999999').proxy.v1;
  await refused(stranger.services(service.sid).fetch(), 20003, 401, /^Authenticate$/);
  await refused(stranger.services.create({ uniqueName: unique('stranger') }), 20003, 401, /^Authenticate$/);
});

test('20404: a service that does not exist', async () => {
  const missing = new RegExp(`^The requested resource /Services/${noService} was not found$`);
  await refused(proxy.services(noService).fetch(), 20404, 404, missing);
  await refused(proxy.services(noService).update({ defaultTtl: 1 }), 20404, 404, missing);
  await refused(proxy.services(noService).remove(), 20404, 404, missing);
  await refused(proxy.services(noService).sessions.list(), 20404, 404, missing);
  await refused(proxy.services(noService).sessions.create(), 20404, 404, missing);
  await refused(proxy.services(noService).sessions(noSession).fetch(), 20404, 404, missing);
  await refused(proxy.services('no such name').fetch(), 20404, 404);
});

test('20404: a service or session by its name where only a SID serves', async () => {
  const { uniqueName } = await sessions.create({ uniqueName: unique('name') });
  await refused(proxy.services(service.uniqueName).update({ defaultTtl: 1 }), 20404, 404);
  await refused(proxy.services(service.uniqueName).remove(), 20404, 404);
  await refused(proxy.services(service.uniqueName).sessions.list(), 20404, 404);
  await refused(sessions(uniqueName).update({ ttl: 1 }), 20404, 404);
  await refused(sessions(uniqueName).remove(), 20404, 404);
});

test('20404: a session that does not exist', async () => {
  const missing = new RegExp(`^The requested resource /Services/${service.sid}/Sessions/${noSession} was not found$`);
  await refused(sessions(noSession).fetch(), 20404, 404, missing);
  await refused(sessions(noSession).update({ ttl: 1 }), 20404, 404, missing);
  await refused(sessions(noSession).remove(), 20404, 404, missing);
});

test('20404: a session under another service than its own', async () => {
  const { sid } = await sessions.create();
  const other = proxy.services((await newService()).sid).sessions;
  await refused(other(sid).fetch(), 20404, 404);
  await refused(other(sid).update({ status: 'closed' }), 20404, 404);
  await refused(other(sid).remove(), 20404, 404);
  assert.equal((await sessions(sid).fetch()).status, 'open');
});

test('20404: removing twice', async () => {
  const { sid } = await sessions.create();
  await sessions(sid).remove();
  await refused(sessions(sid).remove(), 20404, 404);
});

test('20004: a verb that the resource does not have', async () => {
  const { statusCode, body } = await client.request({ method: 'put', uri: service.url });
  assert.equal(statusCode, 405);
  assert.equal(body.code, 20004);
});

test('80103: two participants with one identifier', async () => {
  const participants = [participant('+15551234567'), { identifier: '+15551234567' }];
  await refused(sessions.create({ participants }), 80103, 400);
});

test('80308: no session of that unique name', async () => {
  await refused(sessions('no such name').fetch(), 80308, 404);
});

test('80602: a service name that is taken, on create and on update', async () => {
  const { uniqueName } = service;
  await refused(newService({ uniqueName }), 80602, 400, /^Service UniqueName must be unique\.$/);
  const other = await newService();
  await refused(proxy.services(other.sid).update({ uniqueName }), 80602, 400, /^Service UniqueName must be unique\.$/);
  assert.equal((await proxy.services(other.sid).fetch()).uniqueName, other.uniqueName);
});

test('80603: a session name that is taken, by an open or a closed session', async () => {
  for (const status of ['open', 'closed']) {
    const { uniqueName } = await sessions.create({ uniqueName: unique(status), status });
    await refused(sessions.create({ uniqueName }), 80603, 400, /^Session UniqueName must be unique\.$/);
  }
});

test('80607: updating a closed session', async () => {
  const { sid } = await sessions.create();
  await sessions(sid).update({ status: 'closed' });
  await refused(sessions(sid).update({ ttl: 60 }), 80607, 400);
  await refused(sessions(sid).update({}), 80607, 400);
  await refused(sessions(sid).update({ status: 'closed' }), 80607, 400);
});

for (const [from, to] of [
  ['open', 'in-progress'], ['open', 'open'], ['open', 'failed'], ['open', 'unknown'],
  ['in-progress', 'open'], ['in-progress', 'in-progress'], ['in-progress', 'failed'],
  ['closed', 'open'], ['closed', 'failed'], ['closed', 'unknown'],
]) {
  test(`80608: a session goes not from ${from} to ${to}`, async () => {
    const { sid } = await sessions.create({ status: from });
    await refused(sessions(sid).update({ status: to }), 80608, 400, new RegExp(`from ${from} to ${to}`));
    assert.equal((await sessions(sid).fetch()).status, from);
  });
}

test('80609: more than two participants', async () => {
  const participants = ['+15550000001', '+15550000002', '+15550000003'].map(participant);
  await refused(sessions.create({ participants }), 80609, 400);
});
