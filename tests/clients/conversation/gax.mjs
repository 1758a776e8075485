// Holds errors against what google-gax, the library under Google's own Node clients, makes of them.
// ERRORS names a file with a list of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { GoogleError, Status } from 'google-gax';

const detail = (body, type) => body.details.find((each) => each['@type'] === `type.googleapis.com/google.rpc.${type}`);

for (const body of JSON.parse(readFileSync(process.env.ERRORS, 'utf8'))) {
  const info = detail(body, 'ErrorInfo');
  test(`${body.status} ${info.reason}`, () => {
    const error = GoogleError.parseHttpError(structuredClone(body));

    assert.notEqual(error.code, Status.UNKNOWN);
    assert.equal(error.code, body.code);
    assert.equal(Status[error.code], body.status);
    assert.equal(error.message, body.message);
    assert.equal(error.reason, info.reason);
    assert.equal(error.domain, 'conversation.sessions.internal');
    assert.deepEqual({ ...error.errorInfoMetadata }, info.metadata);
    assert.equal(error.statusDetails.length, body.details.length);
    const wrong = error.statusDetails.find((each) => each.fieldViolations)?.fieldViolations;
    assert.deepEqual(
      wrong?.map(({ field, description }) => ({ field, description })),
      detail(body, 'BadRequest')?.fieldViolations.map(({ field, description }) => ({ field, description })),
    );
  });
}
