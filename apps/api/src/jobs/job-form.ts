import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError } from '@intermodal/contracts';
import type { Plan } from '@intermodal/pipeline';
import { Pipelines } from '../pipelines/pipelines.ts';
import { assertStorable } from '../http/body.ts';
import { FormReader, type FormField } from './form-reader.ts';
import type { ApiRequest } from '../http/request.ts';

/** `multipart/form-data` as a submission: sugar for curl. */
@Injectable()
export class JobForm {
  readonly #reader: FormReader;
  readonly #pipelines: Pipelines;

  constructor(@Inject(FormReader) reader: FormReader, @Inject(Pipelines) pipelines: Pipelines) {
    this.#reader = reader;
    this.#pipelines = pipelines;
  }

  /** @returns what the same request would be as JSON */
  async read(request: ApiRequest, signal: AbortSignal): Promise<unknown> {
    const fields = await this.#reader.read(request, signal);
    const named = fields.find(({ name }) => name === 'pipeline');
    if (named?.text === undefined)
      throw new IntermodalError(
        'input.absent',
        'The form needs the field `pipeline`, the name of a pipeline.',
      );
    const { plan } = await this.#pipelines.find(request.tenantId, named.text);
    const parts: Record<string, Record<string, unknown>> = { input: {}, params: {}, metadata: {} };
    for (const field of fields) {
      if (field === named) continue;
      const [, part, name] = /^(input|params|metadata)\.([A-Za-z0-9_-]{1,64})$/.exec(field.name) ?? [];
      if (part === undefined || name === undefined)
        throw new IntermodalError(
          'request.invalid',
          `${field.name}: fields are named pipeline, input.<port>, params.<name> and metadata.<name>.`,
        );
      if (Object.hasOwn(parts[part]!, name))
        throw new IntermodalError('request.invalid', `${field.name}: the field is given twice.`);
      parts[part]![name] = valueOf(field, part, name, plan);
    }
    return { pipeline: named.text, ...parts };
  }
}

function valueOf(field: FormField, part: string, name: string, plan: Plan): unknown {
  if (field.artifact) {
    if (part === 'input') return { artifact: field.artifact.id };
    throw new IntermodalError('request.invalid', `${field.name}: only inputs can be files.`);
  }
  const text = field.text ?? '';
  if (part === 'metadata') return text;
  const schema = schemaOf(part, name, plan);
  if (typeof schema?.media === 'string')
    return /^https?:\/\//i.test(text) ? { url: text } : { artifact: text };
  return schema?.type === 'string' ? text : jsonOrText(text, field.name);
}

function schemaOf(part: string, name: string, plan: Plan): { media?: unknown; type?: unknown } | undefined {
  const from = part === 'input' ? plan.document.input : plan.document.params?.properties;
  return (from as Record<string, { media?: unknown; type?: unknown }> | undefined)?.[name];
}

/** A form knows only text: `3` for a number is 3, and what is no JSON is itself. */
function jsonOrText(text: string, called: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  assertStorable(value, called);
  return value;
}
