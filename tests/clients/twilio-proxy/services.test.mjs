import assert from 'node:assert/strict';
import test from 'node:test';
import { accountSid, newService, proxy, raw, refused, unique, url } from './support.mjs';

const everyParameter = () => ({
  uniqueName: unique('every'),
  defaultTtl: 3600,
  callbackUrl: 'https://example.com/interaction',
  geoMatchLevel: 'area-code',
  numberSelectionBehavior: 'avoid-sticky',
  interceptCallbackUrl: 'https://example.com/intercept',
  outOfSessionCallbackUrl: 'https://example.com/out?of=session&x=1',
  chatInstanceSid: 'ISaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
});

const picked = (resource, parameters) =>
  Object.fromEntries(Object.keys(parameters).map((name) => [name, resource[name]]));

test('create answers 201 and gives every parameter back', async () => {
  const parameters = everyParameter();
  const { statusCode, body } = await proxy.services.createWithHttpInfo(parameters);
  assert.equal(statusCode, 201);
  assert.deepEqual(picked(body, parameters), parameters);
});

test('create names the service by a KS SID, its account, its dates and its own address', async () => {
  const before = Date.now() - 1000;
  const service = await newService();
  assert.match(service.sid, /^KS[0-9a-f]{32}$/);
  assert.equal(service.accountSid, accountSid);
  assert.equal(service.url, `${url}/v1/Services/${service.sid}`);
  assert.ok(service.dateCreated >= before && service.dateCreated <= Date.now());
  assert.deepEqual(service.dateUpdated, service.dateCreated);
});

test('create with a name alone gets the documented defaults', async () => {
  const service = await newService();
  assert.deepEqual(
    picked(service, { ...everyParameter(), uniqueName: undefined }),
    {
      uniqueName: service.uniqueName,
      defaultTtl: 0,
      callbackUrl: null,
      geoMatchLevel: 'country',
      numberSelectionBehavior: 'prefer-sticky',
      interceptCallbackUrl: null,
      outOfSessionCallbackUrl: null,
      chatInstanceSid: null,
    },
  );
});

for (const geoMatchLevel of ['area-code', 'overlay', 'radius', 'country']) {
  test(`create takes the GeoMatchLevel ${geoMatchLevel}`, async () => {
    assert.equal((await newService({ geoMatchLevel })).geoMatchLevel, geoMatchLevel);
  });
}

test('fetch finds a service by its SID', async () => {
  const created = await proxy.services.create(everyParameter());
  const fetched = await proxy.services(created.sid).fetch();
  assert.deepEqual(fetched.toJSON(), created.toJSON());
});

for (const name of ['plain', 'with space', 'plus+and&equals=', 'semi;colon:at@', 'Grüße 世界 😀']) {
  test(`fetch finds a service by the unique name "${name}"`, async () => {
    const created = await newService({ uniqueName: unique(name) });
    const fetched = await proxy.services(created.uniqueName).fetch();
    assert.equal(fetched.sid, created.sid);
    assert.equal(fetched.uniqueName, created.uniqueName);
  });
}

test('a unique name may have 191 characters', async () => {
  const uniqueName = unique('long').padEnd(191, 'ä');
  assert.equal((await newService({ uniqueName })).uniqueName, uniqueName);
});

test('dates on the wire are UTC in whole seconds', async () => {
  const service = await raw((await newService()).url);
  assert.match(service.date_created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(service.date_updated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('links lead to the lists under the service', async () => {
  const { links, url: own } = await newService();
  assert.equal(links.sessions, `${own}/Sessions`);
  assert.equal(links.phone_numbers, `${own}/PhoneNumbers`);
  assert.deepEqual((await raw(links.sessions)).sessions, []);
});

test('update changes every parameter', async () => {
  const service = await newService();
  const parameters = everyParameter();
  const { statusCode, body } = await proxy.services(service.sid).updateWithHttpInfo(parameters);
  assert.equal(statusCode, 200);
  assert.deepEqual(picked(body, parameters), parameters);
  assert.deepEqual((await proxy.services(service.sid).fetch()).toJSON(), body.toJSON());
});

test('update leaves what it does not name', async () => {
  const parameters = everyParameter();
  const service = await proxy.services.create(parameters);
  const updated = await proxy.services(service.sid).update({ defaultTtl: 0 });
  assert.deepEqual(picked(updated, parameters), { ...parameters, defaultTtl: 0 });
  assert.deepEqual(updated.dateCreated, service.dateCreated);
});

test('update with an empty callback URL takes it away', async () => {
  const service = await proxy.services.create(everyParameter());
  const updated = await proxy.services(service.sid).update({ callbackUrl: '' });
  assert.equal(updated.callbackUrl, null);
});

test('a renamed service answers to its new name alone, and the old name is free', async () => {
  const service = await newService();
  const uniqueName = unique('renamed');
  await proxy.services(service.sid).update({ uniqueName });
  assert.equal((await proxy.services(uniqueName).fetch()).sid, service.sid);
  await refused(proxy.services(service.uniqueName).fetch(), 20404, 404);
  await newService({ uniqueName: service.uniqueName });
});

test('a fetched instance updates and removes itself', async () => {
  const service = await proxy.services((await newService()).sid).fetch();
  assert.equal((await service.update({ defaultTtl: 7 })).defaultTtl, 7);
  assert.equal(await service.remove(), true);
  await refused(service.fetch(), 20404, 404);
});

test('remove answers 204, and the service and its sessions are gone', async () => {
  const service = await newService();
  const session = await proxy.services(service.sid).sessions.create();
  const { statusCode, body } = await proxy.services(service.sid).removeWithHttpInfo();
  assert.deepEqual({ statusCode, body }, { statusCode: 204, body: true });
  await refused(proxy.services(service.sid).fetch(), 20404, 404);
  await refused(proxy.services(service.sid).sessions(session.sid).fetch(), 20404, 404);
  await refused(proxy.services(service.sid).sessions.create(), 20404, 404);
  await refused(proxy.services(service.sid).sessions.list(), 20404, 404);
});

test('the unique name of a removed service is free', async () => {
  const { sid, uniqueName } = await newService();
  await proxy.services(sid).remove();
  assert.notEqual((await newService({ uniqueName })).sid, sid);
});
