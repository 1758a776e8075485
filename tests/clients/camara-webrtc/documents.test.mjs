// Our own descriptions beside the standard's: the same operations under the same names, and no success that the
// standard does not know.
import assert from 'node:assert/strict';
import test from 'node:test';
import { definitionOf, editions, url } from './support.mjs';

const documentOf = async ({ document }) => {
  const response = await fetch(`${url}/openapi/${document}.json`);
  assert.equal(response.status, 200);
  return response.json();
};

for (const edition of editions) {
  test(`${edition.name}: our description has the standard's operations, by its names`, async () => {
    const { paths } = await documentOf(edition);

    for (const [api, base] of Object.entries(edition.bases)) {
      for (const [path, operations] of Object.entries(definitionOf(edition, api).paths)) {
        for (const [method, { operationId, responses, parameters = [] }] of Object.entries(operations)) {
          const ours = paths[`${base}${path}`]?.[method];
          assert.equal(ours?.operationId, operationId, `${method} ${base}${path}`);
          const told = Object.keys(ours.responses).filter((status) => status < 400);
          assert.deepEqual(told.filter((status) => !(status in responses)), [], operationId);
          const demanded = ours.parameters.filter(({ required }) => required).map(({ name }) => name);
          const theirs = parameters.map(({ name, $ref }) => name ?? nameOf(edition, api, $ref));
          assert.deepEqual(demanded.filter((name) => !theirs.includes(name)), [], operationId);
        }
      }
    }
  });
}

const nameOf = (edition, api, reference) =>
  reference.slice(2).split('/').reduce((node, key) => node[key], definitionOf(edition, api)).name;
