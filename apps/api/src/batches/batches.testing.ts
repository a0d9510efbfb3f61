import type { ArtifactRef, BatchResult, BatchView } from '@intermodal/contracts';
import type { RunningApi } from '../api.testing.ts';

export const batchOf = async (response: Response | Promise<Response>): Promise<BatchView> =>
  (await (await response).json()) as BatchView;

/** For the pipeline `listen` of the tests. */
export const goodRow = (audio: ArtifactRef, custom_id: string, more: object = {}) => ({
  custom_id,
  input: { audio: { artifact: audio.id } },
  ...more,
});

/** Batches as a sender asks for them. */
export class AskedBatches {
  readonly #api: RunningApi;
  constructor(api: RunningApi) {
    this.#api = api;
  }

  async uploadAudio(): Promise<ArtifactRef> {
    const body = Buffer.from('RIFF\0\0\0\0WAVE');
    const response = await this.#api.ask('/v1/artifacts', { method: 'POST', body });
    return (await response.json()) as ArtifactRef;
  }

  /** @returns its id */
  async upload(text: string): Promise<string> {
    const headers = { 'content-type': 'application/jsonl' };
    const response = await this.#api.ask('/v1/artifacts', { method: 'POST', body: text, headers });
    return ((await response.json()) as ArtifactRef).id;
  }

  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.#api.ask('/v1/batches', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  sendLines(
    text: string | Buffer,
    query = 'pipeline=listen',
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.#api.ask(`/v1/batches?${query}`, {
      method: 'POST',
      body: text as NonNullable<RequestInit['body']>,
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8', ...headers },
    });
  }

  get(id: string): Promise<BatchView> {
    return batchOf(this.#api.ask(`/v1/batches/${id}`));
  }

  /** Once its file was read. */
  async read(id: string, onLook: (batch: BatchView) => void = () => {}): Promise<BatchView> {
    for (;;) {
      const batch = await this.get(id);
      onLook(batch);
      if (batch.status !== 'validating') return batch;
    }
  }

  async rows(id: string, what: 'results' | 'errors'): Promise<BatchResult[]> {
    const response = await this.#api.ask(`/v1/batches/${id}/${what}`);
    if (response.headers.get('content-type') !== 'application/jsonl') throw new Error('No JSON lines.');
    return (await response.text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BatchResult);
  }
}
