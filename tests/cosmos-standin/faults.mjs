// Faults on demand: "429=0.2,503-after=0.05" gives each of these a probability.

const BEFORE = {
  429: { status: 429, headers: { "x-ms-retry-after-ms": "5", "x-ms-substatus": "3200" } },
  449: { status: 449 },
  503: { status: 503 },
  drop: { drop: true },
};

const AFTER = {
  "408-after": { status: 408 },
  "503-after": { status: 503 },
  "drop-after": { drop: true },
};

/** Draws the faults of one request: what to answer instead of working, and what to answer instead of the result. */
export function drawFaults(text) {
  const rates = parse(text);
  return { before: draw(BEFORE, rates), after: draw(AFTER, rates) };
}

function parse(text) {
  const pairs = (text ?? "").split(",").filter(Boolean).map((pair) => pair.split("="));
  const unknown = pairs.find(([name]) => !(name in BEFORE) && !(name in AFTER));
  if (unknown) throw new Error(`There is no fault ${unknown[0]}.`);
  return new Map(pairs.map(([name, rate]) => [name, Number(rate)]));
}

function draw(faults, rates) {
  const name = Object.keys(faults).find((fault) => Math.random() < (rates.get(fault) ?? 0));
  return name && { body: { code: name, message: "Injected fault" }, ...faults[name] };
}
