// What the scripts share: clients made of the standard's yaml, and answers held to its schemas.
//
// The yaml is not part of this repository. SESSIONS_SPECS names a folder with camara/seed-era and camara/r2.2 in it;
// without one, the small definitions under own/ stand in.
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

const published = ['seed-era', 'r2.2'].map((name) => ({ name, folder: path.join(specs, 'camara', name) }));

/** The editions of the standard that are at hand. */
export const editions = published.every(({ folder }) => existsSync(folder))
  ? published
  : [{ name: 'own', folder: path.join(here, 'own') }];

const apis = {
  'webrtc-call-handling': '/webrtc-call-handling/v0.3',
  'webrtc-registration': '/webrtc-registration/v0.3',
  'webrtc-events': '/webrtc-events/v0.2',
};

/** One of an edition's three APIs: its unmodified client, whose every answer is held to the yaml. */
export async function connect(edition, name, { token = tokens.alice, base = apis[name] } = {}) {
  const definition = yaml.load(readFileSync(path.join(edition.folder, `${name}.yaml`), 'utf8'));
  const client = await new OpenAPIClientAxios({ definition: structuredClone(definition) }).init();
  client.defaults.baseURL = `${url}${base}`;
  client.defaults.validateStatus = () => true;
  if (token) {
    client.defaults.headers.common.Authorization = `Bearer ${token}`;
  }

  const schemas = validator(definition);
  const operations = operationsOf(definition);
  return {
    schemas,

    /** Calls an operation, and checks its answer: this status, this code when it is an error, and the schema. */
    async call(operationId, parameters, body, status, code) {
      const correlator = `test-${operationId}`;
      const reply = await client[operationId]({ 'x-correlator': correlator, ...parameters }, body);
      assert.equal(reply.status, status, `${operationId}: ${JSON.stringify(reply.data)}`);
      assert.equal(reply.headers['x-correlator'], correlator);
      if (status === 204) {
        assert.equal(reply.data, '');
        return null;
      }

      assert.equal(reply.headers['content-type'], 'application/json');
      assert.equal(reply.data.code, code);
      schemas.check(operations[operationId].schemaOf(status), reply.data, `${operationId} ${status}`);
      return reply.data;
    },
  };
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
  return {
    check(pointer, data, what) {
      const validate = ajv.getSchema(`api${pointer}`);
      assert.ok(validate(data), `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(data)}`);
    },
  };
}

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
export const subscription = (registrationId, type, members = {}, config = {}) => ({
  protocol: 'HTTP',
  sink: 'https://sink.example.com/events',
  types: [`org.camaraproject.webrtc-events.v0.${type}`],
  config: { subscriptionDetail: { registrationId }, ...config },
  ...members,
});
