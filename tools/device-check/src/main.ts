import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ModelHouse, probeDevice, type DeviceChoice, type HostEvent } from '@intermodal/engines';
import { graphicsCard } from './graphics-card.ts';
import { ask, KNOWN, LARGE, openRandom, openTiny, SMALL, tokensPerSecond } from './language-models.ts';

const HELP = `npm run device-check -- [--device auto|cpu|cuda] [--large] [--json]

Looks where models run on this machine, and whether they run there as they should:
which libraries can use the graphics card and why not, whether the tiny language model
answers as is known, how fast one writes and eight at once do, and whether the card's
memory comes back when the process of a model is put out.

--large   a language model of 1.1 thousand million random weights (2.2 GB) in place of 14 million`;

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'auto' },
    large: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (!['auto', 'cpu', 'cuda'].includes(values.device)) {
  console.error(`--device is auto, cpu or cuda, and not '${values.device}'.`);
  process.exit(2);
}

const AT_ONCE = [1, 2, 4, 8];
const TOKENS = 128;
const deviceChoice = values.device as DeviceChoice;
const faults: string[] = [];
const report: Record<string, unknown> = {};
const tell = (name: string, value: unknown): void => {
  report[name] = value;
  if (!values.json)
    console.log(`${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
};

const card = graphicsCard();
tell('graphics card', card ? `${card.name}, driver ${card.driver}` : 'none');
const forNetworks = await probeDevice(deviceChoice);
tell('onnxruntime', forNetworks);

const events: HostEvent[] = [];
await using house = new ModelHouse({
  ...{ device: 'cpu', deviceChoice, threads: availableParallelism() },
  memoryBytes: 16 * 1024 ** 3,
  onEvent: (event) => events.push(event),
  onProbed: (probed) => tell('llama.cpp', probed),
});

const tiny = await openTiny(house);
const answers = await Promise.all(
  Object.keys(KNOWN).map(async (said) => [said, (await ask(tiny, said)).text]),
);
await tiny.close();
const wrong = answers.filter(([said, text]) => KNOWN[said!] !== text);
if (wrong.length > 0) faults.push(`The tiny language model answered ${JSON.stringify(wrong)}.`);
tell('known answers', `${answers.length - wrong.length} of ${answers.length} right, all asked at once`);

const size = values.large ? LARGE : SMALL;
const usedBefore = graphicsCard()?.usedMiB;
const random = await openRandom(house, size, Math.max(...AT_ONCE));
await tokensPerSecond(random, 1, 16);
const loaded = events.findLast((event) => event.kind === 'loaded');
tell('loaded in, ms', loaded && 'tookMs' in loaded ? loaded.tookMs : null);
const speeds: Record<string, number> = {};
for (const conversations of AT_ONCE)
  speeds[conversations] = Math.round((await tokensPerSecond(random, conversations, TOKENS)) * 10) / 10;
tell('tokens/s by conversations at once', speeds);
if (usedBefore !== undefined && random.device === 'cuda') {
  const usedMeanwhile = graphicsCard()!.usedMiB;
  await random.close();
  const usedAfter = graphicsCard()!.usedMiB;
  tell('memory of the card, MiB: before, loaded, put out', [usedBefore, usedMeanwhile, usedAfter]);
  if (usedAfter > usedBefore + 16) faults.push('The memory of the card did not come back.');
  if (usedMeanwhile < usedBefore + 100) faults.push('The model did not go into the memory of the card.');
} else await random.close();

if (values.json) console.log(JSON.stringify({ ...report, device: random.device, faults }, null, 2));
else console.log(faults.length === 0 ? 'all is well' : faults.join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;
