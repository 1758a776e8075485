// Holds what passes between Sessions and LiveKit, and what the tests' stand-in for LiveKit says, to LiveKit's own
// messages: every field must be one of theirs, and of its type.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as livekit from '@livekit/protocol';

const { calls, webhooks } = JSON.parse(readFileSync(process.env.LIVEKIT_TRANSCRIPT, 'utf8'));

/** The messages of each method, by the .proto files. */
const methods = {
  'RoomService/CreateRoom': ['CreateRoomRequest', 'Room'],
  'RoomService/ListRooms': ['ListRoomsRequest', 'ListRoomsResponse'],
  'RoomService/DeleteRoom': ['DeleteRoomRequest', 'DeleteRoomResponse'],
  'RoomService/ListParticipants': ['ListParticipantsRequest', 'ListParticipantsResponse'],
  'RoomService/UpdateParticipant': ['UpdateParticipantRequest', 'ParticipantInfo'],
  'RoomService/SendData': ['SendDataRequest', 'SendDataResponse'],
  'Ingress/CreateIngress': ['CreateIngressRequest', 'IngressInfo'],
  'Ingress/ListIngress': ['ListIngressRequest', 'ListIngressResponse'],
  'Ingress/UpdateIngress': ['UpdateIngressRequest', 'IngressInfo'],
  'Ingress/DeleteIngress': ['DeleteIngressRequest', 'IngressInfo'],
  'Egress/ListEgress': ['ListEgressRequest', 'ListEgressResponse'],
  'Egress/StopEgress': ['StopEgressRequest', 'EgressInfo'],
  'Egress/StartRoomCompositeEgress': ['RoomCompositeEgressRequest', 'EgressInfo'],
};

const events = [
  'room_started', 'room_finished', 'participant_joined', 'participant_left', 'egress_started', 'egress_updated',
  'egress_ended', 'ingress_started', 'ingress_ended',
];

for (const method of Object.keys(methods)) {
  const [request, reply] = methods[method].map((name) => livekit[name]);
  const made = calls.filter((call) => call.method === method);

  test(`${method} is asked, and answered by the stand-in, in LiveKit's words`, () => {
    assert.ok(made.length > 0);
    made.forEach((call) => request.fromJson(call.body));
    made.filter((call) => call.reply).forEach((call) => reply.fromJson(call.reply));
    assert.ok(made.some((call) => call.reply));
  });
}

test('nothing else is asked', () => {
  assert.deepEqual(calls.filter((call) => !methods[call.method]), []);
});

for (const event of events) {
  test(`the stand-in tells of ${event} as LiveKit's own JSON would`, () => {
    const told = webhooks.filter((webhook) => webhook.event === event);
    assert.ok(told.length > 0);
    told.forEach((webhook) => assert.deepEqual(livekit.WebhookEvent.fromJson(webhook).toJson(), webhook));
  });
}
