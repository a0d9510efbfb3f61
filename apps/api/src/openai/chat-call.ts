import { Readable } from 'node:stream';
import type { ArtifactRef, ChatMessage, ChatRequest } from '@intermodal/contracts';
import { refused } from './read-openai.ts';

/** Fields that would change the answer. */
const NOT_HERE = [
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'audio',
  'logprobs',
  'logit_bias',
  'prediction',
];

export interface ChatImage {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface ChatCall {
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
  readonly image: ChatImage | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * What a request asks of the pipeline `chat`.
 * @throws IntermodalError `request.invalid` that names the field
 */
export function chatCallOf(request: ChatRequest): ChatCall {
  for (const field of NOT_HERE)
    if (isAsked(request[field]))
      throw refused(field, 'there is nothing here that can do this; leave it out.');
  const images = request.messages.flatMap((message, i) => imagesOf(message, i));
  const misplaced = images.find(({ at }) => at !== request.messages.length - 1);
  if (misplaced || images.length > 1)
    throw refused(
      `messages.${(misplaced ?? images[1])!.at}.content`,
      'one picture is taken, in the last message.',
    );
  const { max_tokens, max_completion_tokens, temperature, top_p, seed, stop, response_format } = request;
  const schema =
    response_format?.type === 'json_schema'
      ? (response_format.json_schema.schema ?? { type: 'object' })
      : response_format?.type === 'json_object' && { type: 'object' };
  const given = {
    maxTokens: max_completion_tokens ?? max_tokens,
    temperature,
    topP: top_p,
    seed,
    stop: typeof stop === 'string' ? [stop] : stop,
    schema: schema || undefined,
  };
  return {
    messages: request.messages.map((message) => ({
      role: message.role === 'developer' ? 'system' : message.role,
      content: textOf(message),
    })),
    image: images[0]?.image,
    params: Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
    ),
  };
}

export const streamOf = ({ bytes }: ChatImage): Readable => Readable.from([bytes], { objectMode: false });

export const imageInput = (artifact: ArtifactRef | undefined) =>
  artifact && { image: { artifact: artifact.id } };

const isAsked = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false;

function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function imagesOf({ content }: ChatMessage, at: number): { at: number; image: ChatImage }[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part, i) => {
    if (part.type !== 'image_url') return [];
    return [{ at, image: imageOf(part.image_url.url, `messages.${at}.content.${i}.image_url.url`) }];
  });
}

/** Addresses are not fetched: whoever has the picture sends it. */
function imageOf(url: string, field: string): ChatImage {
  const [, mediaType, base64] = /^data:(image\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (mediaType === undefined || base64 === undefined)
    throw refused(field, 'send the picture itself, as data:image/png;base64,…; addresses are not fetched.');
  return { mediaType, bytes: Buffer.from(base64, 'base64') };
}
