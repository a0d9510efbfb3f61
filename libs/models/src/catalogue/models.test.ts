import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allFilesOf, bytesOf, filesOf, isUnpinned, variantName } from '../model.ts';
import { MODELS } from './models.ts';
import { PRESETS } from './presets.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const tested = MODELS.filter((model) => model.tested !== false);

describe('the catalogue', () => {
  it('has every id once', () => {
    expect(new Set(MODELS.map(({ id }) => id)).size).toBe(MODELS.length);
  });

  it.each(tested.map((model) => [model.id, model] as const))(
    'knows all about %s, and the test that has run it names it',
    async (id, model) => {
      expect(await readFile(join(root, String(model.tested)), 'utf8')).toContain(id);
      expect(bytesOf(allFilesOf(model))).toBeGreaterThan(0);
      expect(allFilesOf(model).every(({ sha256 }) => sha256 !== undefined)).toBe(true);
    },
  );

  it('marks what may not be used commercially', () => {
    for (const { licence, nonCommercial } of MODELS) expect(nonCommercial).toBe(/-NC-|NVIDIA/.test(licence));
    expect(MODELS.filter(({ nonCommercial }) => nonCommercial).map(({ id }) => id)).toContain('mms-tts-eng');
  });

  it('names what Transformers.js looks for', () => {
    const whisper = MODELS.find(({ id }) => id === 'whisper-tiny')!;
    expect(whisper.variants.map(variantName)).toEqual(['q8-cpu', 'fp32-cpu', 'fp32-cuda']);
    expect(filesOf(whisper).map(({ file }) => file)).toEqual([
      'config.json',
      'generation_config.json',
      'preprocessor_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'onnx/encoder_model_quantized.onnx',
      'onnx/decoder_model_merged_quantized.onnx',
    ]);
  });

  it('names weights that stand beside their networks', () => {
    const parakeet = MODELS.find(({ id }) => id === 'parakeet-ctc-0.6b')!;
    expect(parakeet.variants.map(({ files }) => files.map(({ file }) => file))).toEqual([
      ['onnx/model_int8.onnx', 'onnx/model_int8.onnx_data'],
      ['onnx/model.onnx', 'onnx/model.onnx_data'],
      ['onnx/model.onnx', 'onnx/model.onnx_data'],
    ]);
  });

  it('has in its presets only what can be pulled at once, as it is asked for, and used for money', () => {
    expect(PRESETS['cpu-small']!.models).toHaveLength(4);
    expect(PRESETS['gpu']!.models).toHaveLength(3);
    for (const { models, variant } of Object.values(PRESETS))
      for (const model of models) {
        expect([model.id, isUnpinned(model), model.nonCommercial]).toEqual([model.id, false, false]);
        if (variant !== undefined) expect(model.variants.map(variantName)).toContain(variant);
      }
  });
});
