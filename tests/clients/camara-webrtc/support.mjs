// What the scripts share: clients made of the standard's yaml, and answers held to its schemas.
//
// The yaml is not part of this repository. SESSIONS_SPECS names a folder with camara/r2.2, camara/r3.1, camara/main and
// camara/seed-era in it; without one, the small definitions under own/ stand in.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import yaml from 'js-yaml';
import { OpenAPIClientAxios } from 'openapi-client-axios';

const here = path.dirname(fileURLToPath(import.meta.url));
const specs = process.env.SESSIONS_SPECS ?? path.join(here, '../../../../shared/contracts/specs');

export const url = process.env.SESSIONS_URL ?? 'http://localhost:7071';
export const tokens = {
  alice: process.env.SESSIONS_ALICE_TOKEN ?? 'dev-token',
  bob: process.env.SESSIONS_BOB_TOKEN,
  reader: process.env.SESSIONS_READER_TOKEN,
  expired: process.env.SESSIONS_EXPIRED_TOKEN,
};

const current = {
  bases: {
    'webrtc-call-handling': '/webrtc-call-handling/v0.3',
    'webrtc-registration': '/webrtc-registration/v0.3',
    'webrtc-events': '/webrtc-events/v0.2',
  },
  registered: 200,
  document: 'camara-webrtc-r2.2',
};

const next = (calls, registrations, events, more) => ({
  bases: {
    'webrtc-call-handling': `/webrtc-call-handling/${calls}`,
    'webrtc-registration': `/webrtc-registration/${registrations}`,
    'webrtc-events': `/webrtc-events/${events}`,
  },
  registered: 201,
  isNext: true,
  ...more,
});

const published = [
  { name: 'seed-era', ...current },
  { name: 'r2.2', ...current },
  { name: 'r3.1', ...next('v0.4rc1', 'v0.4rc1', 'v0.3rc1', { document: 'camara-webrtc-r3.1' }) },
  { name: 'main', ...next('vwip', 'vwip', 'vwip', { document: 'camara-webrtc-vwip', registersOnce: true }) },
];

const isAtHand = existsSync(path.join(specs, 'camara', 'main'));

/** The editions of the standard; without its yaml, those that differ for us. */
export const editions = isAtHand ? published : published.filter(({ name }) => name !== 'seed-era');

const fileOf = (edition, name) => [
  path.join(specs, 'camara', edition.name),
  ...(edition.isNext ? [path.join(here, 'own', 'next')] : []),
  path.join(here, 'own'),
].map((folder) => path.join(folder, `${name}.yaml`)).find((file) => existsSync(file));

/** The yaml of one of an edition's APIs, or what stands in for it. */
export const definitionOf = (edition, name) => yaml.load(readFileSync(fileOf(edition, name), 'utf8'));

/** Which operations have been served, by edition and API, so that a script can tell that none was left out. */
const served = {};

/** The operations of an API that have not been served in this script. */
export const unserved = (edition, name) => {
  const definition = definitionOf(edition, name);
  const done = served[`${edition.name} ${name}`] ?? new Set();
  return Object.keys(operationsOf(definition)).filter((operationId) => !done.has(operationId));
};

/** One of an edition's three APIs: its unmodified client, whose every answer is held to the yaml. */
export async function connect(edition, name, { token = tokens.alice, base = edition.bases[name] } = {}) {
  const definition = definitionOf(edition, name);
  const client = await new OpenAPIClientAxios({ definition: structuredClone(definition) }).init();
  client.defaults.baseURL = `${url}${base}`;
  client.defaults.validateStatus = () => true;
  if (token) {
    client.defaults.headers.common.Authorization = `Bearer ${token}`;
  }

  const schemas = validator(definition);
  const operations = operationsOf(definition);
  const done = (served[`${edition.name} ${name}`] ??= new Set());
  return {
    definition,
    schemas,

    /** Calls an operation, and checks its answer: this status, this code when it is an error, and the schema. */
    async call(operationId, parameters, body, status, code, but = []) {
      const correlator = `test-${operationId}`;
      const reply = await client[operationId]({ 'x-correlator': correlator, ...parameters }, body);
      assert.equal(reply.status, status, `${operationId}: ${JSON.stringify(reply.data)}`);
      assert.equal(reply.headers['x-correlator'], correlator);
      if (status < 400 && base === edition.bases[name]) {
        done.add(operationId);
      }

      if (status === 204) {
        assert.equal(reply.data, '');
        return null;
      }

      assert.equal(reply.headers['content-type'], 'application/json');
      assert.equal(reply.data.code, code);
      schemas.check(operations[operationId].schemaOf(status), reply.data, `${operationId} ${status}`, but);
      return reply.data;
    },
  };
}

/** The registration of a device, which may be there already. */
export async function register(edition, token) {
  const api = await connect(edition, 'webrtc-registration', { token });
  const [known] = edition.isNext ? await api.call('getRegistrationsByDeviceId', { deviceId }, null, 200) : [];
  return (known ?? await api.call('createRegistration', {}, { deviceId }, edition.registered)).registrationId;
}

/** Where each operation's answers are described. An error that its yaml does not list has the shape of all errors. */
function operationsOf(definition) {
  const operations = {};
  for (const [route, methods] of Object.entries(definition.paths)) {
    for (const [method, { operationId, responses }] of Object.entries(methods)) {
      const pointer = `#/paths/${escape(route)}/${method}/responses`;
      operations[operationId] = {
        schemaOf(status) {
          const response = responses[status];
          if (!response) {
            assert.ok(status >= 400, `${operationId} says nothing of ${status}`);
            return '#/components/schemas/ErrorInfo';
          }

          return `${response.$ref ?? `${pointer}/${status}`}/content/application~1json/schema`;
        },
      };
    }
  }

  return operations;
}

function validator(definition) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(definition, 'api');
  const problems = (pointer, data) => {
    const validate = ajv.getSchema(`api${pointer}`);
    return validate(data) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  const check = (pointer, data, what, but = []) =>
    assert.deepEqual(problems(pointer, data), but, `${what} in ${JSON.stringify(data)}`);
  const { CloudEvent, EventSessionStatus } = definition.components.schemas;
  return {
    check,

    /** Holds an event to the schema of its type. */
    checkEvent(event) {
      const pointer = CloudEvent.discriminator.mapping[event.type];
      check(pointer, event, event.type, event.type.endsWith('session-status') ? contradiction(EventSessionStatus) : []);
    },
  };
}

// The standard's EventSessionStatus asks for two members beside data that are in data, where CloudEvents has no place
// for them: neither name may have capitals.
const contradiction = (schema) => schema.allOf.flatMap(({ required = [] }) => required)
  .filter((name) => name !== 'data').map((name) => ` must have required property '${name}'`);

const escape = (segment) => encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));

export const deviceId = '7d444840-9dc0-11d1-b245-5ffdce74fad2';
export const unknownId = '00000000-0000-4000-8000-000000000000';
export const unknownCall =
  '0AEE1B58BAEEDA3EABA42B32EBB3DFE0DEAD3F90AE0CEB9EEB0C0F703E199FC00E7C6E648F50EE885FF0CE6C7E1CEE795EDD';
export const sdp = 'v=0\r\no=- 8066321617929821805 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** The seed's own request. */
export const seedCall = {
  originatorAddress: 'tel:+17085852753',
  originatorName: 'tel:+17085852753',
  receiverAddress: 'tel:+17085854000',
  receiverName: 'tel:+17085854000',
  offer: { sdp },
  status: 'Initial',
  mediaSessionId: unknownCall,
};

/** A subscription's body. */
export const subscription = (edition, registrationId, types, members = {}, config = {}) => ({
  protocol: 'HTTP',
  sink: 'https://sink.example.com/events',
  types: [types].flat().map((type) => `org.camaraproject.webrtc-events.v0.${type}`),
  config: { subscriptionDetail: edition.isNext ? { deviceId } : { registrationId }, ...config },
  ...members,
});
