import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Llama, Token } from 'node-llama-cpp';
import { ggufPieces, type GgufTensor } from './gguf-pieces.ts';

const WIDTH = 32;
const SPECIAL = ['<unk>', '<s>', '</s>'];

/**
 * Runs a model of nothing but zeros for one token. That a library can be loaded says little: one that was compiled for a newer driver
 * than there is loads, and takes the process with it at the first computation.
 */
export async function tryDevice(llama: Llama): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'intermodal-device-'));
  try {
    const modelPath = join(folder, 'zeros.gguf');
    await writeFile(modelPath, zeros());
    const model = await llama.loadModel({ modelPath, gpuLayers: 'max', ignoreMemorySafetyChecks: true });
    const context = await model.createContext({ contextSize: 64 });
    for await (const _token of context.getSequence().evaluate([1 as Token])) break;
    await model.dispose();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function zeros(): readonly Buffer[] {
  const tokens = [
    ...SPECIAL,
    ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  ];
  const tensor = (...dims: number[]): GgufTensor => ({
    dims,
    values: new Float32Array(dims.reduce((product, dim) => product * dim)),
  });
  const square = tensor(WIDTH, WIDTH);
  return ggufPieces(
    {
      'general.architecture': 'llama',
      'llama.context_length': 64,
      'llama.embedding_length': WIDTH,
      'llama.block_count': 1,
      'llama.feed_forward_length': WIDTH,
      'llama.attention.head_count': 1,
      'llama.attention.layer_norm_rms_epsilon': { float: 1e-5 },
      'llama.vocab_size': tokens.length,
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': { strings: tokens },
      'tokenizer.ggml.scores': { floats: tokens.map(() => 0) },
      'tokenizer.ggml.token_type': { integers: tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : 6)) },
      'tokenizer.ggml.bos_token_id': 1,
      'tokenizer.ggml.eos_token_id': 2,
    },
    {
      'token_embd.weight': tensor(WIDTH, tokens.length),
      'output_norm.weight': tensor(WIDTH),
      'output.weight': tensor(WIDTH, tokens.length),
      ...Object.fromEntries(
        ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'].map((name) => [
          `blk.0.${name}.weight`,
          square,
        ]),
      ),
      'blk.0.attn_norm.weight': tensor(WIDTH),
      'blk.0.ffn_norm.weight': tensor(WIDTH),
    },
  );
}
