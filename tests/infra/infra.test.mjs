// What can be known of the templates without the Bicep compiler. The C# tests run this and hand it, as JSON in CODE,
// what the code expects of the deployment.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { read } from "./bicep.mjs";

const root = new URL("../../", import.meta.url).pathname;
const code = JSON.parse(process.env.CODE);
const main = read(`${root}infra/main.bicep`);
const modules = Object.fromEntries(readdirSync(`${root}infra/modules`)
  .map((name) => [`modules/${name}`, read(`${root}infra/modules/${name}`)]));
const files = Object.entries({ "main.bicep": main, ...modules });
const parameters = JSON.parse(readFileSync(`${root}infra/main.parameters.json`, "utf8")).parameters;
const resource = (file, name) => file.resources.find((each) => each.name === name).body;
const settings = resource(modules["modules/app.bicep"], "settings").properties;

for (const [name, file] of files) {
  test(`${name} has no syntax error`, () => assert.deepEqual(file.errors, []));

  test(`${name} describes every parameter and output`, () => {
    for (const each of [...file.params, ...file.outputs]) {
      assert.match(each.decorators.description ?? "", /^[A-Z].{5,}\.$/s, each.name);
    }
  });

  test(`${name} uses every parameter`, () => {
    for (const { name: param } of file.params) {
      assert.ok(file.identifiers.filter((used) => used === param).length > 1, param);
    }
  });

  test(`${name} names a stable or known version of every resource`, () => {
    for (const each of file.resources.filter((each) => each.type.includes(".") || !each.parent)) {
      assert.match(each.type, /^Microsoft\.[A-Za-z]+(\/[A-Za-z]+)+@20\d\d-\d\d-\d\d(-preview)?$/);
    }
  });

  test(`${name} holds no secret and gives none away`, () => {
    for (const { name: param, decorators } of file.params.filter((each) => /secret$/i.test(each.name))) {
      assert.equal(decorators.secure, true, param);
    }
    const secure = file.params.filter((each) => each.decorators.secure).map((each) => each.name);
    assert.ok(!file.params.some((each) => each.decorators.secure && each.hasDefault));
    for (const output of file.outputs) {
      assert.ok(!secure.some((secret) => output.body?.code?.includes(secret)), output.name);
    }
    assert.doesNotMatch(file.text, /listKeys|listConnectionStrings|AccountKey=|SharedAccessKey|listSecrets/i);
  });
}

test("every module is called with the parameters that it takes", () => {
  for (const call of main.modules) {
    const given = Object.keys(call.body.params);
    const taken = modules[call.type].params;
    assert.deepEqual(given.filter((name) => !taken.some((param) => param.name === name)), [], call.type);
    assert.deepEqual(
      taken.filter((param) => !param.hasDefault && !given.includes(param.name)).map((param) => param.name),
      [], call.type);
  }
  assert.deepEqual(main.modules.map((call) => call.type).sort(), Object.keys(modules).sort());
});

test("every output that is read is there, and every output is read", () => {
  const read = main.members.flatMap((text) => {
    const match = /^(\w+)!?\.outputs\.(\w+)$/.exec(text);
    return match ? [`${match[1]}.${match[2]}`] : [];
  });
  const given = main.modules.flatMap((call) => modules[call.type].outputs.map((output) => `${call.name}.${output.name}`));
  assert.deepEqual([...new Set(read)].sort(), given.sort());
});

test("the parameters file names parameters, and all that must be given", () => {
  const names = main.params.map((param) => param.name);
  assert.deepEqual(Object.keys(parameters).filter((name) => !names.includes(name)), []);
  assert.deepEqual(main.params.filter((param) => !param.hasDefault && !(param.name in parameters)), []);
  for (const { value } of Object.values(parameters)) assert.match(value, /^\$\{[A-Z_]+(=[^}]*)?\}$/);
});

test("the container is the one that the code expects", () => {
  const { resource: container } = resource(modules["modules/cosmos.bicep"], "container").properties;
  const { indexingPolicy } = container;
  assert.deepEqual(container.partitionKey, { paths: [code.partitionKey], kind: "Hash", version: 2 });
  assert.deepEqual(container.uniqueKeyPolicy.uniqueKeys, [{ paths: [code.uniqueKey] }]);
  assert.equal(container.defaultTtl, code.defaultTtl);
  assert.deepEqual(indexingPolicy.includedPaths.map(({ path }) => path), code.includedPaths);
  assert.deepEqual(indexingPolicy.excludedPaths.map(({ path }) => path), [code.excludedPath]);
  assert.deepEqual(
    indexingPolicy.compositeIndexes,
    code.compositeIndexes.map((paths) => paths.map((path) => ({ path, order: "ascending" }))));
});

test("keys are off, and the app has the data-plane role alone", () => {
  const cosmos = modules["modules/cosmos.bicep"];
  assert.equal(resource(cosmos, "account").properties.disableLocalAuth, true);
  assert.equal(resource(modules["modules/storage.bicep"], "account").properties.allowSharedKeyAccess, false);
  assert.equal(resource(modules["modules/monitoring.bicep"], "insights").properties.DisableLocalAuth, true);
  assert.match(cosmos.text, /var dataContributor = '00000000-0000-0000-0000-000000000002'/);
  assert.ok(!cosmos.resources.some((each) => each.type.includes("Microsoft.Authorization/roleAssignments")));
});

test("every setting of ours is one that the code knows", () => {
  const ours = Object.keys(settings).filter((name) => /^[A-Z][A-Za-z]+__/.test(name) && !/^AzureWebJobs/.test(name));
  assert.deepEqual(ours.filter((name) => !code.settings.includes(name)), []);
  for (const needed of code.neededSettings) assert.ok(ours.includes(needed), needed);
});

test("every timer finds its schedule, and there is none without a timer", () => {
  assert.deepEqual(Object.keys(settings).filter((name) => /Schedule$/.test(name)).sort(), [...code.schedules].sort());
});

test("the app comes up after its roles and the way to its store", () => {
  const app = main.modules.find((call) => call.name === "app").body;
  assert.deepEqual(app.dependsOn, [{ code: "endpoints" }]);
  for (const needed of ["storage", "cosmos", "secrets", "monitoring"]) {
    assert.ok(Object.values(app.params).some(({ code: value }) => value?.startsWith(`${needed}.outputs.`)), needed);
  }
});

test("alerts look for metrics that the app has", () => {
  const { text } = modules["modules/alerts.bicep"];
  const metrics = [...text.matchAll(/name == "(sessions\.[^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual(metrics.sort(), ["sessions.expiry.lag", "sessions.expiry.sweeps", "sessions.request.duration"]);
  assert.deepEqual(metrics.filter((name) => !code.metrics.includes(name)), []);
});

test("secrets are Key Vault references", () => {
  for (const name of ["Accounts__0__Secrets__0", "Accounts__0__SigningSecret"]) {
    assert.match(settings[name], /^@Microsoft\.KeyVault\(SecretUri=\$\{\w+Uri\}\)$/);
  }
});

test("the app runs what is built", () => {
  const { functionAppConfig } = resource(modules["modules/app.bicep"], "app").properties;
  assert.deepEqual(functionAppConfig.runtime, { name: "dotnet-isolated", version: code.runtime });
  const host = JSON.parse(readFileSync(`${root}host.json`, "utf8"));
  assert.equal(host.extensions.http.routePrefix, "");
});

test("azd finds its service and its outputs", () => {
  const azure = readFileSync(`${root}azure.yaml`, "utf8");
  const [, service] = /services:\n {2}(\w+):/.exec(azure);
  assert.match(azure, /project: \.\/functions\n/);
  assert.match(modules["modules/app.bicep"].text, new RegExp(`'azd-service-name': '${service}'`));
  const outputs = main.outputs.map((output) => output.name);
  assert.ok(outputs.includes(`SERVICE_${service.toUpperCase()}_NAME`));
  assert.ok(outputs.includes("AZURE_RESOURCE_GROUP"));
});
