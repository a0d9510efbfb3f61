import type { ModelEntry } from '@intermodal/contracts';
import { DTYPE_ENDINGS } from '../dtype-endings.ts';
import { defineModel, type Model, type ModelVariant } from '../model.ts';

type Dtype = keyof typeof DTYPE_ENDINGS;

/** A repository of networks as Transformers.js reads them: `onnx/<network><ending>.onnx`, and what describes them beside. */
export interface TransformersEntry extends Omit<ModelEntry, 'engine' | 'source' | 'files' | 'variants'> {
  /** `owner/name` at Hugging Face. */
  readonly repository: string;
  /** Left out where we know none: whoever pulls it says which. */
  readonly revision?: string;
  readonly networks: readonly string[];
  /** The weights of each network stand in a file of their own, `<network><ending>.onnx_data`. */
  readonly external?: boolean;
  /** The first one is taken where nobody chooses. */
  readonly dtypes?: readonly Dtype[];
  /** Beside the networks. */
  readonly beside: readonly string[];
}

export function transformersModel(entry: TransformersEntry): Model {
  const {
    repository,
    revision,
    networks,
    external = false,
    dtypes = ['q8', 'fp32'],
    beside,
    ...rest
  } = entry;
  return defineModel({
    ...rest,
    engine: 'transformers',
    source: { kind: 'hugging-face', repository, ...(revision !== undefined && { revision }) },
    files: beside.map((file) => ({ file })),
    variants: dtypes.flatMap((dtype) =>
      devicesFor(dtype).map((device) => ({
        dtype,
        device,
        files: networks.flatMap((network) => {
          const file = `onnx/${network}${DTYPE_ENDINGS[dtype]}.onnx`;
          return external ? [{ file }, { file: `${file}_data` }] : [{ file }];
        }),
      })),
    ),
  });
}

/** Of the quantised ones onnxruntime runs parts on the processor anyway. */
const devicesFor = (dtype: Dtype): readonly ModelVariant['device'][] =>
  dtype === 'fp32' || dtype === 'fp16' ? ['cpu', 'cuda'] : ['cpu'];

const TOKENISER = ['tokenizer.json', 'tokenizer_config.json'];

/** What stands beside the networks, by what they take and give. */
export const BESIDE = {
  pictures: ['config.json', 'preprocessor_config.json'],
  texts: ['config.json', ...TOKENISER],
  texting: ['config.json', 'generation_config.json', ...TOKENISER],
  both: ['config.json', 'preprocessor_config.json', ...TOKENISER],
  bothTexting: ['config.json', 'generation_config.json', 'preprocessor_config.json', ...TOKENISER],
} as const;

/** An encoder and a decoder that keeps what it has read. */
export const SEQ2SEQ = ['encoder_model', 'decoder_model_merged'] as const;
