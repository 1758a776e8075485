import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import twilio from 'twilio';
import { accountSid, newNumber, newService, newSid, proxy, refused, secret, url } from './support.mjs';

const [ann, bob] = [newNumber(), newNumber()];
let service;
let session;
let people;

before(async () => {
  service = proxy.services((await newService()).sid);
  for (let i = 0; i < 2; i += 1) {
    await service.phoneNumbers.create({ phoneNumber: newNumber() });
  }
  const { sid } = await service.sessions.create({ participants: [{ Identifier: ann }, { Identifier: bob }] });
  session = service.sessions(sid);
  people = new Map((await session.participants.list()).map((participant) => [participant.identifier, participant]));
});

/** What a carrier sends, signed by the vendor's own function. */
async function inbound(kind, fields, token = secret) {
  return signed(`${await servicePath()}/Inbound/${kind}`, fields, token);
}

async function servicePath() {
  return `${url}/v1/Services/${(await service.fetch()).sid}`;
}

/** Where the carrier is to tell what became of the latest interaction. */
async function outcomes() {
  const [interaction] = await session.interactions.list({ limit: 1 });
  return `${await servicePath()}/Outcomes/${interaction.sid}`;
}

async function signed(address, fields, token = secret) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(token, address, fields) },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, text: await response.text() };
}

test('a message interaction is created, fetched and listed', async () => {
  const { messageInteractions } = session.participants(people.get(ann).sid);
  const sent = await messageInteractions.create({ body: 'Hello Ann' });
  assert.match(sent.sid, /^KI[0-9a-f]{32}$/);
  assert.deepEqual(JSON.parse(sent.data), { body: 'Hello Ann' });
  assert.deepEqual(
    [sent.type, sent.participantSid, sent.inboundParticipantSid, sent.outboundResourceType, sent.accountSid],
    ['message', people.get(ann).sid, null, 'Message', accountSid],
  );
  assert.deepEqual((await messageInteractions(sent.sid).fetch()).toJSON(), sent.toJSON());
  assert.deepEqual((await messageInteractions.list()).map((each) => each.sid), [sent.sid]);
  assert.equal((await session.fetch()).status, 'in-progress');
});

test('interactions are listed, fetched and removed', async () => {
  const { sid } = await session.participants(people.get(bob).sid).messageInteractions.create({ body: 'Hello Bob' });
  assert.equal((await session.interactions(sid).fetch()).outboundParticipantSid, people.get(bob).sid);
  assert.ok((await session.interactions.list({ pageSize: 1 })).some((interaction) => interaction.sid === sid));
  assert.equal(await session.interactions(sid).remove(), true);
  await refused(session.interactions(sid).fetch(), 20404, 404);
});

test('a message that comes in goes to the partner and is an interaction', async () => {
  const fields = {
    AccountSid: accountSid, MessageSid: newSid('SM'), From: ann, To: people.get(ann).proxyIdentifier, Body: 'Hi',
  };
  const { status, text } = await inbound('Message', fields);
  assert.equal(status, 200);
  const twiMl = new twilio.twiml.MessagingResponse();
  const message = { to: bob, from: people.get(bob).proxyIdentifier, statusCallback: `${await outcomes()}/Message` };
  twiMl.message(message).body('Hi');
  assert.equal(text, twiMl.toString());
  const [interaction] = await session.interactions.list({ limit: 1 });
  assert.deepEqual(
    [interaction.inboundParticipantSid, interaction.outboundParticipantSid, interaction.inboundResourceSid],
    [people.get(ann).sid, people.get(bob).sid, fields.MessageSid],
  );
});

test('a call that comes in is dialled to the partner', async () => {
  const { text } = await inbound('Voice', { CallSid: newSid('CA'), From: bob, To: people.get(bob).proxyIdentifier });
  const twiMl = new twilio.twiml.VoiceResponse();
  const address = await outcomes();
  twiMl.dial({ callerId: people.get(ann).proxyIdentifier, action: `${address}/Dial` }).number(
    { statusCallback: `${address}/Call`, statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'] },
    ann,
  );
  assert.equal(text, twiMl.toString());
});

test('an interaction ends as the carrier tells', async () => {
  const call = { CallSid: newSid('CA'), From: bob, To: people.get(bob).proxyIdentifier };
  await inbound('Voice', call);
  const leg = newSid('CA');
  const told = { CallSid: leg, ParentCallSid: call.CallSid, CallStatus: 'completed', CallDuration: '5' };
  const { status, text } = await signed(`${await outcomes()}/Call`, told);
  assert.equal(status, 200);
  assert.match(text, /<Response ?\/>$/);
  const [ended] = await session.interactions.list({ limit: 1 });
  assert.deepEqual(
    [ended.inboundResourceStatus, ended.outboundResourceStatus, ended.outboundResourceSid, ended.data],
    ['completed', 'completed', leg, '{"duration":"5"}'],
  );
  assert.equal(
    ended.outboundResourceUrl, `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Calls/${leg}`,
  );
});

test('what is signed with another key is refused', async () => {
  const fields = { MessageSid: newSid('SM'), From: ann, To: people.get(ann).proxyIdentifier, Body: 'Hi' };
  assert.equal((await inbound('Message', fields, 'wrong')).status, 403);
});
