import type { ArtifactRef } from '@intermodal/contracts';

export interface NewUpload {
  /** A uuid made by the application; the artifact will have it too. */
  readonly id: string;
  readonly tenantId: string;
  readonly name: string | undefined;
  /** As the sender says; empty when they do not. */
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly partBytes: number;
  /** See DirectStore.begin. */
  readonly handle: string;
  /** Signs addresses of parts. */
  readonly secret: Buffer;
  readonly expiresInMs: number;
}

export interface UploadRecord extends Omit<NewUpload, 'expiresInMs' | 'name' | 'sha256' | 'handle'> {
  readonly name: string | null;
  readonly sha256: string | null;
  /** Null when there is nothing in the store that is to be removed. */
  readonly handle: string | null;
  readonly state: 'open' | 'completed' | 'aborted' | 'expired' | 'failed';
  readonly expiresAt: Date;
}

/** Files on their way into the store, past the API. Ids are uuids. */
export interface UploadRecords {
  add(upload: NewUpload): Promise<void>;
  get(tenantId: string, id: string): Promise<UploadRecord | undefined>;
  /** Whose ever it is: for who brings a signed address in place of a key. */
  find(id: string): Promise<UploadRecord | undefined>;
  /** One transaction: the artifact is there, and the upload is over. Returns its state, `completed` also when somebody was faster. */
  complete(tenantId: string, artifact: ArtifactRef): Promise<UploadRecord['state']>;
  /** Of an open one. */
  end(tenantId: string, id: string, as: 'aborted' | 'failed'): Promise<void>;
}
