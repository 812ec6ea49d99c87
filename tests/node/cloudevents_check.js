// Holds CloudEvents, one a line on standard input, against the CloudEvents 1.0 JSON schema and the strict parser of the
// CloudEvents SDK. Prints how many passed; ends with 1 and the first faults otherwise.
"use strict";
const readline = require("node:readline");
const { HTTP } = require("cloudevents");
const matchesSchema = require("cloudevents/dist/schema/v1.js");   // the schema, compiled by ajv

function faultOf(line) {
  const event = JSON.parse(line);
  if (!matchesSchema(event)) return JSON.stringify(matchesSchema.errors[0]);
  const parsed = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body: line });
  try {
    parsed.validate();
  } catch (refused) {
    return refused.message;
  }
  return parsed.id === event.id && parsed.sequence === event.sequence ? null : "the SDK read something else";
}

// A check that refuses nothing would say nothing.
function mustBite(line) {
  const without = (name) => JSON.stringify({ ...JSON.parse(line), [name]: undefined });
  const withBadName = JSON.stringify({ ...JSON.parse(line), Not_An_Attribute: 1 });
  for (const broken of [without("id"), without("source"), JSON.stringify({ ...JSON.parse(line), time: "yesterday" }), withBadName]) {
    let fault = null;
    try {
      fault = faultOf(broken);
    } catch (refused) {
      fault = refused.message;
    }
    if (!fault) throw new Error("a broken event was accepted: " + broken);
  }
}

async function main() {
  let passed = 0;
  const faults = [];
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const fault = faultOf(line);
    if (fault) faults.push(`${JSON.parse(line).sequence}: ${fault}`);
    else if (passed++ === 0) mustBite(line);
  }
  if (faults.length > 0) console.log(faults.slice(0, 10).join("\n"));
  else console.log(passed);
  process.exitCode = faults.length > 0 || passed === 0 ? 1 : 0;
}

main();
