// Adds up what .ci/run did: usage: node tools/ci/summary.mjs FOLDER [STEP THAT FAILED…]
// The last line is what CI reads. A suite that needs a real service must have run, or nothing was proved.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder, ...failedSteps] = process.argv.slice(2);
const withShared = existsSync(join('..', 'shared', 'models', 'models.json'));

/** Which tests prove what, by file and full name; with `whole`, none of them may be skipped. */
const MUST_RUN = [
  { what: 'Postgres', report: 'all', file: /libs\/adapters\/records\/.*\.medium\.test\.ts$/, whole: true },
  { what: 'Redis', report: 'all', file: /libs\/adapters\/queue\/.*\.medium\.test\.ts$/, whole: true },
  // Weights are in ../shared; without it, only what needs none can run.
  {
    what: 'ONNX',
    report: 'all',
    file: /libs\/adapters\/engines\/src\/(onnx|silero).*\.test\.ts$|speech-detectors/,
    whole: withShared,
  },
  { what: 'S3', report: 's3', file: /libs\/adapters\/artifacts\//, name: /^S3 /, whole: true },
];

const reports = { all: read('all.json'), s3: read('s3.json') };
const failures = [...failedSteps];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const [which, report] of Object.entries(reports)) {
  total.passed += report?.numPassedTests ?? 0;
  total.failed += report?.numFailedTests ?? 0;
  // What the S3 suites leave out has run before.
  if (which === 'all') total.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
}
for (const { what, report, file, name, whole } of MUST_RUN) {
  const tests = (reports[report]?.testResults ?? [])
    .filter((result) => file.test(result.name))
    .flatMap((result) => result.assertionResults)
    .filter((one) => !name || name.test(one.fullName));
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed').length;
  console.log(`${what} suites: ${passed} passed, ${skipped} skipped`);
  if (passed === 0 || (whole && skipped > 0)) failures.push(`the ${what} suites were skipped`);
}
// Named here once more: the end of the output is what people see first.
for (const report of Object.values(reports))
  for (const { name, message, assertionResults } of report?.testResults ?? []) {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (message && failed.length === 0) console.log(`FAILED: ${file}: ${firstLine(message)}`);
    for (const { fullName, failureMessages } of failed)
      console.log(`FAILED: ${file}: ${fullName}: ${firstLine(failureMessages[0])}`);
  }
for (const failure of failures) console.log(`FAILED: ${failure}`);
total.failed = Math.max(total.failed, failures.length);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

function firstLine(text = '') {
  return text.split('\n')[0].slice(0, 300);
}

function read(name) {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}
