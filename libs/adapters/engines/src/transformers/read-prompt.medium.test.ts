import { dirname } from 'node:path';
import { AutoModelForCausalLM, Tensor, type PreTrainedModel } from '@huggingface/transformers';
import { causalLmFolder, storeOfFolder, type CausalLmOptions } from '@intermodal/testing';
import { describe, expect, it } from 'vitest';
import type { RunnerCall } from '../hosts/runner.ts';
import { decoded } from './decoded.ts';
import { generate } from './generate.ts';
import { OpenedFolder } from './open-folder.ts';
import { PIECE_TOKENS } from './read-prompt.ts';
import { tokensOf } from './token-batches.ts';

const SPANISH = `spanish ${'from '.repeat(700)}one`;
const ENGLISH = `${'from '.repeat(900)}two`;

/** What one run of the network was given, and for how many tokens of each row it gave scores. */
interface Run {
  readonly positions: readonly (readonly bigint[])[];
  readonly told: bigint | undefined;
  readonly scoredTokens: number;
}

async function opened(options: CausalLmOptions = {}) {
  const described = { id: 'tiny-lm', tasks: ['text.chat' as const] };
  const store = await storeOfFolder(causalLmFolder({ ...options, contextTokens: 2_000 }), described);
  const [entry] = store.catalogue;
  const paths = (await store.find(entry!, entry!.variants[0]!))!;
  const load = { folder: dirname(paths['config.json']!), dtype: 'fp32' };
  const folder = new OpenedFolder({ load, device: 'cpu', threads: 1 });
  const [tokenizer, model] = [await folder.tokenizer(), await folder.model(AutoModelForCausalLM)];
  const runs = watched(model);
  /** A word that is not attended to stands before what is shorter than the longest, for which the answer would be another one. */
  async function goOn(prompts: readonly string[], call: Partial<RunnerCall> = {}): Promise<string[]> {
    const rows = prompts.map((prompt) => tokensOf(tokenizer, prompt, { bare: true }));
    const longest = Math.max(...rows.map(({ length }) => length));
    const [wish] = tokensOf(tokenizer, 'spanish', { bare: true }) as [number];
    const tensor = (all: readonly (readonly number[])[], filling: number) => {
      const filled = all.map((row) => [...Array<number>(longest - row.length).fill(filling), ...row]);
      return new Tensor('int64', BigInt64Array.from(filled.flat(), BigInt), [all.length, longest]);
    };
    const attended = rows.map((row) => row.map(() => 1));
    const inputs = { input_ids: tensor(rows, wish), attention_mask: tensor(attended, 0) };
    const { signal } = new AbortController();
    const written = await generate(model, inputs, {
      ...{ call: { signal, alive() {}, partial() {}, ...call }, maxTokens: 9, tokenizer },
    });
    return written.map(({ tokens }) => decoded(tokenizer, tokens));
  }
  return {
    ...{ model, runs, goOn },
    async [Symbol.asyncDispose]() {
      await model.dispose();
      await store[Symbol.asyncDispose]();
    },
  };
}

function watched({ sessions }: PreTrainedModel): Run[] {
  const runs: Run[] = [];
  const session = sessions.model as { run(feeds: Feeds): Promise<Feeds> };
  const run = session.run.bind(session);
  session.run = async (feeds) => {
    const outputs = await run(feeds);
    const { position_ids, num_logits_to_keep } = feeds;
    const [rows, tokens] = position_ids!.dims as [number, number];
    const positions = [...(position_ids!.data as BigInt64Array)];
    runs.push({
      positions: Array.from({ length: rows }, (_, row) => positions.slice(row * tokens, (row + 1) * tokens)),
      told: (num_logits_to_keep?.data as BigInt64Array | undefined)?.[0],
      scoredTokens: outputs.logits!.dims[1]!,
    });
    return outputs;
  };
  return runs;
}
type Feeds = Partial<Record<string, Tensor>>;

/** Has it read in one. */
const whole = ({ config }: PreTrainedModel): void =>
  void Object.assign(config, { rope_scaling: { rope_type: 'longrope' } });
/** Positions of what was read, whatever the pieces; not those of what was written. */
const readAt = (runs: readonly Run[], row: number, tokens: number): readonly bigint[] =>
  runs.flatMap(({ positions }) => positions[row]!).slice(0, tokens);

describe('a long prompt', () => {
  it('is read in pieces, and the answer is that of what is read in one', async () => {
    await using it = await opened();
    const inPieces = [await it.goOn([SPANISH]), await it.goOn([ENGLISH])];
    const pieces = it.runs.splice(0);
    expect(inPieces).toEqual([['dos tres cuatro cinco'], ['three four five']]);
    expect(Math.max(...pieces.map(({ scoredTokens }) => scoredTokens))).toBe(PIECE_TOKENS);
    whole(it.model);
    expect([await it.goOn([SPANISH]), await it.goOn([ENGLISH])]).toEqual(inPieces);
    expect(it.runs[0]!.scoredTokens).toBe(702);
    expect(readAt(pieces, 0, 702)).toEqual(readAt(it.runs, 0, 702));
  });

  it('has the answer that it has alone among others, however much shorter they are', async () => {
    await using it = await opened();
    const prompts = [SPANISH, ENGLISH, 'from three'];
    const alone = [];
    for (const prompt of prompts) alone.push(...(await it.goOn([prompt])));
    it.runs.splice(0);
    expect(await it.goOn(prompts)).toEqual(alone);
    const pieces = it.runs.splice(0);
    expect(pieces.slice(0, 4).map(({ scoredTokens }) => scoredTokens)).toEqual([256, 256, 256, 133]);
    whole(it.model);
    expect(await it.goOn(prompts)).toEqual(alone);
    for (const row of [0, 1, 2]) expect(readAt(pieces, row, 901)).toEqual(readAt(it.runs, row, 901));
  });

  it('is read no further once nobody waits for it, and the model goes on', async () => {
    await using it = await opened();
    const stop = new AbortController();
    const reason = new Error('told to stop');
    const said: (number | undefined)[] = [];
    const alive = (forMs?: number) => {
      said.push(forMs);
      if (said.length === 2) stop.abort(reason);
    };
    await expect(it.goOn([SPANISH], { signal: stop.signal, alive })).rejects.toBe(reason);
    expect(it.runs).toHaveLength(2);
    // For how long there may be no sign of it is by the piece, not by the prompt.
    expect(said).toEqual([25_600, 25_600]);
    expect(await it.goOn([SPANISH])).toEqual(['dos tres cuatro cinco']);
  });

  it.each(['in pieces', 'in one'])(
    'has scores of its last token only where a network can be told: %s',
    async (way) => {
      await using it = await opened({ toldHowMany: true });
      if (way === 'in one') whole(it.model);
      expect(await it.goOn([SPANISH])).toEqual(['dos tres cuatro cinco']);
      expect(it.runs).toHaveLength(way === 'in one' ? 5 : 7);
      for (const { told, scoredTokens } of it.runs) expect([told, scoredTokens]).toEqual([1n, 1]);
    },
  );

  it('that cannot be read in pieces is refused where its scores would take gigabytes', async () => {
    await using it = await opened({ scores: 1_000_000 });
    whole(it.model);
    await expect(it.goOn([ENGLISH])).rejects.toMatchObject({
      code: 'input.too_large',
      message:
        'gives 1000000 scores for each token that it reads, so that 536 tokens fit into 2 GiB, and it was given 901: say less, or choose an export with the input num_logits_to_keep.',
    });
    expect(it.runs).toEqual([]);
    expect(await it.goOn(['from one'])).toEqual(['two three four five']);
  });
});
