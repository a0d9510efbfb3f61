import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { Inject, Injectable } from '@nestjs/common';
import { IntermodalError, JSON_MAX_BYTES, type ArtifactRef } from '@intermodal/contracts';
import { Uploads } from '../artifacts/uploads.ts';
import type { ApiRequest } from '../http/request.ts';

/** One field of a form: a text, or a file that is in the store by now. */
export interface FormField {
  readonly name: string;
  readonly text?: string;
  readonly artifact?: ArtifactRef;
}

const MAX_FILES = 16;
const MAX_FIELDS = 200;

/** Reads multipart/form-data; files stream into the store while the form is being read. */
@Injectable()
export class FormReader {
  readonly #uploads: Uploads;
  constructor(@Inject(Uploads) uploads: Uploads) {
    this.#uploads = uploads;
  }

  /** @throws IntermodalError `request.invalid`, and what an upload throws */
  async read(request: ApiRequest, signal: AbortSignal): Promise<FormField[]> {
    const { body } = request;
    if (!body) throw new IntermodalError('request.invalid', 'The body is empty; send a form.');
    const form = formOf(request);
    const fields: (FormField | Promise<FormField>)[] = [];
    const failed = new AbortController();
    const eitherSignal = AbortSignal.any([signal, failed.signal]);
    await new Promise<void>((resolve, reject) => {
      const refuse = (what: string) => () => reject(new IntermodalError('request.invalid', what));
      form.on('field', (name, text, nameTruncated, truncated) => {
        if (nameTruncated || truncated) refuse(`${name}: the field is too long; send it as a file.`)();
        fields.push({ name, text });
      });
      form.on('file', (name, stream, fileName, _encoding, mediaType) => {
        const file = this.#uploads
          .take(request.tenantId, {
            body: stream,
            mediaType,
            name: fileName,
            called: name,
            signal: eitherSignal,
          })
          .then((artifact) => ({ name, artifact }));
        // The first failure ends the form; what is still to come is read past.
        file.catch((error: unknown) => {
          stream.resume();
          reject(error as Error);
        });
        fields.push(file);
      });
      form.on('filesLimit', refuse(`The form has more than ${MAX_FILES} files.`));
      form.on('fieldsLimit', refuse(`The form has more than ${MAX_FIELDS} fields.`));
      form.on('partsLimit', refuse('The form has too many parts.'));
      form.on('error', (error) => refuse(`The form cannot be read: ${(error as Error).message}.`)());
      form.on('finish', resolve);
      body.once('close', () => {
        if (!body.complete) refuse('The form ended before all of it was sent.')();
      });
      body.pipe(form);
    }).catch((error: unknown) => {
      body.unpipe(form);
      failed.abort();
      throw error;
    });
    return Promise.all(fields);
  }
}

function formOf(request: ApiRequest) {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      // curl sends no type for `-F input.text=…`; a file always has a name.
      isPartAFile: (_name, _type, fileName) => fileName !== undefined,
      limits: {
        files: MAX_FILES,
        fields: MAX_FIELDS,
        parts: MAX_FILES + MAX_FIELDS,
        fieldSize: JSON_MAX_BYTES,
        fieldNameSize: 100,
        headerPairs: 20,
      },
    });
  } catch (error) {
    throw new IntermodalError('request.invalid', `The form cannot be read: ${(error as Error).message}.`);
  }
}
