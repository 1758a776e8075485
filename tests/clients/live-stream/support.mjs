// What the scripts share: clients made of the specification, and answers held to its schemas.
//
// The specification is not part of this repository. SESSIONS_SPECS names a folder with tenbyte_webinar_live-api.json in
// it; without one, the small description under own/ stands in, which has the same operations.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { OpenAPIClientAxios } from 'openapi-client-axios';

const here = path.dirname(fileURLToPath(import.meta.url));
const specs = process.env.SESSIONS_SPECS ?? path.join(here, '../../../../shared/contracts/specs');
const published = path.join(specs, 'tenbyte_webinar_live-api.json');
const file = existsSync(published) ? published : path.join(here, 'own/live-api.json');

export const definition = JSON.parse(readFileSync(file, 'utf8'));
export const url = process.env.SESSIONS_URL ?? 'http://localhost:7071';
export const host = process.env.SESSIONS_ALICE_TOKEN ?? 'dev-token';
export const viewer = process.env.SESSIONS_VIEWER_TOKEN;
export const liveKitKey = process.env.LIVEKIT_API_KEY;
export const liveKitSecret = process.env.LIVEKIT_API_SECRET;

const ajv = addFormats(new Ajv({ strict: false, validateFormats: true })).addSchema(definition, 'spec');
const verbs = ['get', 'post', 'patch', 'delete'];

/** Every operation of the specification, as `verb path`. */
export const operations = Object.entries(definition.paths)
  .flatMap(([name, item]) => verbs.filter((verb) => item[verb]).map((verb) => `${verb} ${name}`));

/** The unmodified client; its base URL is all that a user of it changes. */
export async function connect({ token, base = '', headers = {} } = {}) {
  const client = await new OpenAPIClientAxios({ definition: structuredClone(definition) }).init();
  client.defaults.baseURL = `${url}${base}`;
  client.defaults.validateStatus = () => true;
  Object.assign(client.defaults.headers.common, headers, token && { Authorization: `Bearer ${token}` });
  const called = new Set();
  return {
    called,

    /** Calls an operation, checks its answer against the schema, and gives what is in the envelope. */
    async call(operation, parameters = null, body = null, config = {}) {
      called.add(operation);
      const [verb, name] = operation.split(' ');
      const reply = await client.paths[name][verb](parameters, body, config);
      assert.ok(reply.status < 300, `${operation}: ${reply.status} ${JSON.stringify(reply.data)}`);
      conforms(verb, name, reply);
      return reply.data.data;
    },

    /** Calls an operation that must be refused, and gives the error. */
    async refused(operation, status, parameters = null, body = null) {
      const [verb, name] = operation.split(' ');
      const reply = await client.paths[name][verb](parameters, body);
      assert.equal(reply.status, status, `${operation}: ${JSON.stringify(reply.data)}`);
      assert.equal(reply.data.success, false);
      assert.match(reply.data.error, /\w/);
      assert.match(reply.data.message, /\w/);
      return reply.data;
    },
  };
}

/** A preset, for which the specification has schemas and no path. */
export async function newPreset(token = host, fields = {}) {
  const reply = await fetch(`${url}/presets`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: 'Preset', type: 'rtmp', primary_color: '#1a2b3c', ...fields }),
  });
  assert.equal(reply.status, 201);
  const { data } = await reply.json();
  if (definition.components.schemas.PresetResponse) {
    validate('spec#/components/schemas/PresetResponse', data, 'preset');
  }
  return data.id;
}

function conforms(verb, name, reply) {
  assert.equal(reply.data.success, true);
  const { responses } = definition.paths[name][verb];
  assert.ok(responses[reply.status], `${verb} ${name} answers ${reply.status}, which is not documented`);
  const at = [name, verb, 'responses', reply.status].map((part) => String(part).replaceAll('/', '~1'));
  if (responses[reply.status].content) {
    const pointer = `spec#/paths/${at.join('/')}/content/application~1json/schema`;
    validate(encodeURI(pointer), reply.data, `${verb} ${name}`);
  }
}

function validate(pointer, value, what) {
  const check = ajv.getSchema(pointer);
  assert.ok(check(value), `${what}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(value)}`);
}
