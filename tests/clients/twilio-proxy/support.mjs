// What the scripts share: the vendor's client, pointed at the service under test, and how a refusal is checked.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import twilio from 'twilio';

export const url = process.env.SESSIONS_URL ?? 'http://localhost:7071';
export const accountSid = process.env.SESSIONS_ACCOUNT_SID ?? 'AC00000000000000000000000000000001';
export const secret = process.env.SESSIONS_SECRET ?? 'dev-secret';

/** The unmodified client. Its base URL is all that a user of it changes. */
export function connect(user = accountSid, password = secret, options = {}) {
  const client = twilio(user, password, { accountSid, ...options });
  client.proxy.baseUrl = url;
  return client;
}

export const client = connect();
export const proxy = client.proxy.v1;

/** A name that no other run has used. */
export const unique = (what) => `${what}-${randomUUID()}`;

/** A telephone number that no other run has used. */
export const newNumber = () => `+1415${Math.floor(2e6 + Math.random() * 7.99e6)}`;

/** A SID that no other run has used. */
export const newSid = (kind) => kind + randomUUID().replaceAll('-', '');

export const newService = (parameters) => proxy.services.create({ uniqueName: unique('service'), ...parameters });

/** The JSON at an absolute address, before the client has made instances of it. */
export async function raw(uri) {
  const response = await client.request({ method: 'get', uri });
  assert.equal(response.statusCode, 200, `GET ${uri}`);
  return typeof response.body === 'string' ? JSON.parse(response.body) : response.body;
}

/** Awaits a RestException with this code and status, and everything else that belongs to one. */
export async function refused(promise, code, status, message = /\w/) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof twilio.RestException, `RestException expected: ${error}`);
    const { code: gotCode, status: gotStatus, moreInfo } = error;
    assert.deepEqual(
      { code: gotCode, status: gotStatus, moreInfo },
      { code, status, moreInfo: `https://www.twilio.com/docs/errors/${code}` },
      error.message,
    );
    assert.match(error.message, message);
    return true;
  });
}

/** How many seconds from now. */
export const inSeconds = (seconds) => new Date(Date.now() + seconds * 1000);

/** The date as the client sends it: it cuts off the milliseconds. */
export const wholeSecond = (date) => new Date(Math.floor(date.getTime() / 1000) * 1000);

/** Asks again until the answer fits; the runner's time limit ends it. */
export async function until(ask, fits) {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
