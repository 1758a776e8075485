import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import test from 'node:test';
import { connect, editions, register, sdp, seedCall, subscription, tokens, unknownId, unserved, url } from './support.mjs';

/** A sink that takes what comes, and hands it out one by one. */
async function startSink() {
  const arrived = [];
  const waiting = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) {
      text += chunk;
    }

    const event = { headers: request.headers, body: JSON.parse(text) };
    response.writeHead(204).end();
    const taker = waiting.shift();
    if (taker) {
      taker(event);
    } else {
      arrived.push(event);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/events`,
    next: () => (arrived.length ? Promise.resolve(arrived.shift()) : new Promise((take) => waiting.push(take))),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

for (const edition of editions) {
  test(`${edition.name}: a subscription is made, shown, listed and ended`, async () => {
    const api = await connect(edition, 'webrtc-events');
    const registrationId = await register(edition, tokens.alice);
    const sinkCredential = {
      credentialType: 'ACCESSTOKEN',
      accessToken: 'sink-token',
      accessTokenType: 'bearer',
      accessTokenExpiresUtc: '2099-01-01T00:00:00Z',
    };
    const subscriptionExpireTime = '2098-01-01T00:00:00.000Z';
    const config = { subscriptionMaxEvents: 50, subscriptionExpireTime, initialEvent: true };
    const wanted = subscription(edition, registrationId, 'session-invitation', { sinkCredential }, config);

    const created = await api.call('createNotificationChannelSubscription', {}, wanted, 201);

    assert.equal(created.sinkCredential, undefined);
    assert.equal(created.status, 'ACTIVE');
    const one = { subscriptionId: created.id };
    assert.deepEqual(await api.call('retrieveNotificationChannelSubscription', one, null, 200), created);
    const listed = await api.call('retrieveNotificationChannelSubscriptionList', {}, null, 200);
    assert.deepEqual(listed.filter(({ id }) => id === created.id), [created]);
    if (edition.isNext) {
      const later = '2097-01-01T00:00:00.000Z';
      const update = { sinkCredential, config: { subscriptionExpireTime: later } };
      const changed = await api.call('updateNotificationChannelSubscription', one, update, 200);
      assert.deepEqual(changed, {
        ...created, expiresAt: later, config: { ...created.config, subscriptionExpireTime: later },
      });
    }

    await api.call('deleteNotificationChannelSubscription', one, null, 204);
    await api.call('retrieveNotificationChannelSubscription', one, null, 404, 'NOT_FOUND');
  });

  test(`${edition.name}: a subscription asks for as many types as the edition takes`, async () => {
    const api = await connect(edition, 'webrtc-events');
    const types = ['session-invitation', 'session-status', 'registration-ends'];
    const wanted = subscription(edition, await register(edition, tokens.alice), types);
    const create = (...expected) => api.call('createNotificationChannelSubscription', {}, wanted, ...expected);
    if (!edition.isNext) {
      await create(422, 'MULTIEVENT_SUBSCRIPTION_NOT_SUPPORTED');
      return;
    }

    // The yaml lets a request have three types, and its answer one: it forgot the answer when it opened the request.
    const { id, types: told } = await create(201, undefined, closed(api.definition));

    assert.deepEqual(told, wanted.types);
    await api.call('deleteNotificationChannelSubscription', { subscriptionId: id }, null, 204);
  });

  test(`${edition.name}: every event that a sink gets is of the standard's schema`, { timeout: 60_000 }, async (t) => {
    const sink = await startSink();
    t.after(sink.stop);
    const bob = await connect(edition, 'webrtc-events', { token: tokens.bob });
    const calls = await connect(edition, 'webrtc-call-handling', { base: '/webrtc' });
    const registrationId = await register(edition, tokens.bob);
    // The yaml wants https of a sink, which the answer cannot be held to here.
    const subscribe = async (type, config) => {
      const wanted = subscription(edition, registrationId, type, {}, config);
      const created = await fetch(`${url}${edition.bases['webrtc-events']}/subscriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.bob}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...wanted, sink: sink.url }),
      });
      assert.equal(created.status, 201);
    };
    await subscribe('session-invitation');
    await subscribe('session-status', { subscriptionMaxEvents: 1 });
    await subscribe('registration-ends');
    const next = async (type) => {
      const { headers, body } = await sink.next();
      assert.equal(headers['content-type'], 'application/cloudevents+json');
      assert.equal(body.type, `org.camaraproject.webrtc-events.v0.${type}`);
      bob.schemas.checkEvent(body);
      return body.data;
    };

    const { mediaSessionId } = await calls.call('createSession', {}, seedCall, 201);
    const invited = await next('session-invitation');
    const callee = await connect(edition, 'webrtc-call-handling', { token: tokens.bob });
    await callee.call('updateSessionStatus', { mediaSessionId }, { status: 'Connected', answer: { sdp } }, 200);
    const connected = await next('session-status');
    const ended = await next('subscription-ended');
    const registration = await connect(edition, 'webrtc-registration', { token: tokens.bob });
    await registration.call('deleteRegistrationById', { registrationId }, null, 204);
    const over = await next('registration-ends');

    assert.deepEqual([invited.status, invited.mediaSessionId], ['Initial', mediaSessionId]);
    assert.deepEqual([connected.status, connected.sequenceNumber], ['Connected', 2]);
    assert.equal(ended.terminationReason, 'MAX_EVENTS_REACHED');
    assert.equal(over.registrationId, registrationId);
  });

  test(`${edition.name}: each error of events has its code and shape`, async () => {
    const alice = await connect(edition, 'webrtc-events');
    const nobody = await connect(edition, 'webrtc-events', { token: null });
    const reader = await connect(edition, 'webrtc-events', { token: tokens.reader });
    const registrationId = await register(edition, tokens.alice);
    const create = (api, members, ...expected) => {
      const wanted = subscription(edition, registrationId, 'session-status', members);
      return api.call('createNotificationChannelSubscription', {}, wanted, ...expected);
    };
    const accessTokenExpiresUtc = '2099-01-01T00:00:00Z';
    const credential = { credentialType: 'ACCESSTOKEN', accessToken: 't', accessTokenExpiresUtc };
    const detail = {
      subscriptionDetail: edition.isNext ? { deviceId: unknownId } : { registrationId: unknownId },
    };
    const unknown = { subscriptionId: unknownId };

    await create(alice, { types: [] }, 400, 'INVALID_ARGUMENT');
    await create(alice, { protocol: 'MQTT5' }, 400, 'INVALID_PROTOCOL');
    await create(alice, { sink: 'ftp://sink.example.com' }, 400, 'INVALID_SINK');
    await create(alice, { sinkCredential: { credentialType: 'PLAIN' } }, 400, 'INVALID_CREDENTIAL');
    await create(alice, { sinkCredential: { ...credential, accessTokenType: 'mac' } }, 400, 'INVALID_TOKEN');
    await create(alice, { config: { ...detail, subscriptionMaxEvents: 0 } }, 400, 'OUT_OF_RANGE');
    await create(alice, { config: detail }, 403, 'SUBSCRIPTION_MISMATCH');
    await create(nobody, {}, 401, 'UNAUTHENTICATED');
    await create(reader, {}, 403, 'PERMISSION_DENIED');
    await alice.call('retrieveNotificationChannelSubscription', unknown, null, 404, 'NOT_FOUND');
    await alice.call('deleteNotificationChannelSubscription', unknown, null, 404, 'NOT_FOUND');
    await nobody.call('retrieveNotificationChannelSubscriptionList', {}, null, 401, 'UNAUTHENTICATED');
    await reader.call('retrieveNotificationChannelSubscriptionList', {}, null, 403, 'PERMISSION_DENIED');
  });

  test(`${edition.name}: every operation of events was served`, () =>
    assert.deepEqual(unserved(edition, 'webrtc-events'), []));
}

const closed = ({ components: { schemas: { Subscription } } }) =>
  (Subscription.properties.types.maxItems === 1 ? ['/types must NOT have more than 1 items'] : []);
