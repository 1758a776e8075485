import assert from 'node:assert/strict';

export const url = process.env.SESSIONS_URL;

const json = async (path) => {
  const response = await fetch(`${url}${path}`);
  return [response.status, await response.json()];
};

/** Every document, by its surface, as the answer for an unknown surface lists them. */
export const everyDocument = async () => {
  const [status, { error }] = await json('/openapi/none.json');
  assert.equal(status, 404);
  const surfaces = error.match(/There are (.*)\.$/)[1].split(', ');
  assert.ok(surfaces.length >= 6, error);
  const documents = surfaces.map(async (surface) => {
    const [found, document] = await json(`/openapi/${surface}.json`);
    assert.equal(found, 200);
    return [surface, document];
  });
  return Promise.all(documents);
};
