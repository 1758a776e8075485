// Holds requests and answers that really were against the document that tells of them. One test an operation.
// DOCUMENT and EXCHANGES name the files; tests/Sessions.Tests/OpenApi writes them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const read = (name) => JSON.parse(readFileSync(process.env[name], 'utf8'));
const document = read('DOCUMENT');
const exchanges = read('EXCHANGES');

// A member that the document does not know is as wrong as one that is missing.
const closed = (schema, name) =>
  schema.type === 'object' && schema.properties && !('additionalProperties' in schema)
    ? { ...schema, additionalProperties: false }
    : schema;

const ajv = formats.default(new Ajv({ strict: false, allErrors: true, coerceTypes: false }));
// JSON Schema counts characters, and so do we; int32 and the like are ranges that the formats package checks.
const base = 'https://documents.invalid/document';
ajv.addSchema({
  $id: base,
  components: {
    schemas: Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, schema]) => [name, closed(schema, name)])),
  },
});

const absolute = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${base}#/`));
const problems = (schema, value) => {
  const validate = ajv.compile(absolute(schema));
  return validate(value) ? [] : validate.errors.map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`);
};

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

// A stream that has nothing to tell says so in a comment.
const isQuiet = (mediaType, body) => mediaType === 'text/event-stream' && body.startsWith(':');

const answerProblems = (operation, { status, mediaType, headers, body }) => {
  const response = operation.responses[status];
  if (!response) {
    return [`${status} is not told of: ${body.slice(0, 300)}`];
  }
  const missing = Object.keys(response.headers ?? {})
    .filter((name) => name !== 'Retry-After' && !headers.includes(name.toLowerCase()))
    .map((name) => `the header ${name} is missing`);
  const unknown = headers.includes('etag') && !response.headers?.ETag ? ['there is an ETag'] : [];
  if (!response.content) {
    return [...missing, ...unknown, ...(body === '' ? [] : [`there is a body: ${body}`])];
  }
  const media = response.content[mediaType];
  const json = parsed(body);
  return !media ? [`${mediaType} is not told of`]
    : isQuiet(mediaType, body) ? [...missing, ...unknown]
    : json === undefined && /json/.test(mediaType) ? [`no JSON: ${body}`]
    : [...missing, ...unknown, ...problems(media.schema, json ?? body)];
};

const known = (operation, place) =>
  operation.parameters.filter((parameter) => parameter.in === place).map(({ name }) => name.toLowerCase());

const fromForm = (schema, body) => Object.fromEntries(Object.entries(body).map(([name, value]) => {
  const { type } = document.components.schemas[schema.$ref.split('/').at(-1)].properties[name] ?? {};
  const one = (each) => (typeof each === 'string' ? each : JSON.stringify(each));
  return [name, type === 'array' ? [value].flat().map(one)
    : type === 'integer' ? Number(value)
    : type === 'boolean' ? { true: true, false: false }[value]
    : value];
}));

const requestProblems = (operation, { query, headers, mediaType, body }) => {
  const unknown = [
    ...Object.keys(query).filter((name) => !known(operation, 'query').includes(name.toLowerCase())),
    ...Object.keys(headers).filter((name) => !known(operation, 'header').includes(name.toLowerCase())
      && !/^(idempotency-key|if-match|x-twilio-signature)$/i.test(name)),
  ].map((name) => `the parameter ${name} is not told of`);
  if (!body) {
    return unknown;
  }
  const media = operation.requestBody?.content[mediaType];
  return media
    ? [...unknown, ...problems(media.schema, /form/.test(mediaType) ? fromForm(media.schema, body) : body)]
    : [...unknown, `the body is not told of as ${mediaType}`];
};

// Which statuses must have been seen, or the proof would be no proof.
const expected = (operation) => {
  const told = Object.keys(operation.responses);
  const always = ['400', '401', '404', '412', '413', '415'];
  return always.filter((status) => told.includes(status));
};

const open = (operation) => (operation.security ?? document.security).some((one) => Object.keys(one).length === 0);

for (const [path, operations] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    test(operation.operationId, () => {
      const own = exchanges.filter((each) => each.path === path && each.method === method);
      const found = own.flatMap((each) => [
        ...requestProblems(operation, each.sent).map((problem) => `${each.case}, request: ${problem}`),
        ...answerProblems(operation, each).map((problem) => `${each.case}, ${each.status}: ${problem}`),
      ]);
      assert.deepEqual(found, []);

      const seen = new Set(own.map((each) => String(each.status)));
      // What only a carrier or LiveKit can sign ends at the door here.
      const served = own.some((each) => each.status < 400);
      const unseen = served
        ? expected(operation).filter((status) => !seen.has(status) && !(status === '401' && open(operation)))
        : [];
      assert.deepEqual(unseen, [], `never seen; seen were ${[...seen].join()}`);
    });
  }
}
