// contract: it is OpenAPI 3.1 and keeps the linter's rules. lint.js openapi.yaml
const fs = require('fs');
const {lint, createConfig} = require('@redocly/openapi-core');

async function main(path) {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // The linter does not look into allOf for unevaluatedProperties; bites_test.py checks the examples.
      'no-invalid-media-type-examples': 'off',
    },
  });
  const text = fs.readFileSync(path, 'utf8');
  // The linter does not know x-item-schema, which uses schemas too.
  const used = (one) => one.ruleId === 'no-unused-components' && text.includes(`x-item-schema: {$ref: '${one.location[0].pointer}'}`);
  const problems = (await lint({ref: path, config})).filter((one) => !one.ignored && !used(one));
  for (const one of problems.slice(0, 40)) console.log(`${one.severity} ${one.ruleId} ${one.location[0]?.pointer ?? ''}: ${one.message}`);
  if (problems.length === 0) console.log('the contract keeps every rule');
  return problems.length === 0 ? 0 : 1;
}

main(...process.argv.slice(2)).then((code) => process.exit(code));
