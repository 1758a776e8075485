// Every OpenAPI document that the service gives: valid by the specification's own JSON Schema, and without a
// complaint of a linter.
import assert from 'node:assert/strict';
import test from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { everyDocument } from './support.mjs';

const documents = await everyDocument();

const rules = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    // The tests run on this machine.
    'no-server-example.com': 'off',
    // Functions that only refuse, in the words that a contract asks for, have no success.
    'operation-2xx-response': 'off',
    'component-name-unique': 'error',
    'no-unused-components': 'error',
    'no-invalid-media-type-examples': 'error',
    'no-invalid-parameter-examples': 'error',
    'no-invalid-schema-examples': 'error',
    'operation-parameters-unique': 'error',
    'tags-alphabetical': 'off',
    'operation-tag-defined': 'error',
    'path-not-include-query': 'error',
    'no-duplicated-tag-names': 'error',
    'no-undefined-server-variable': 'error',
  },
});

for (const [surface, document] of documents) {
  test(`${surface}: the specification's schema takes the document`, async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 1));
    assert.equal(document.openapi, '3.1.0');
  });

  test(`${surface}: the linter has nothing to say`, async () => {
    const source = JSON.stringify(document);
    const problems = await lintFromString({ source, absoluteRef: `${surface}.json`, config: rules });
    assert.deepEqual(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0].pointer]), []);
  });
}

test('the linter sees what is wrong', async () => {
  const [, document] = documents[0];
  const broken = structuredClone(document);
  const [path] = Object.keys(broken.paths);
  const [operation] = Object.values(broken.paths[path]);
  operation.responses['200'] = { content: {} };
  operation.parameters.push({ $ref: '#/components/parameters/none' });
  const { valid } = await new Validator().validate(structuredClone(broken));
  const problems = await lintFromString({
    source: JSON.stringify(broken), absoluteRef: 'broken.json', config: rules,
  });
  assert.equal(valid, false);
  const found = problems.map((problem) => problem.ruleId);
  assert.ok(found.includes('no-unresolved-refs') && found.includes('struct'), found.join());
});
