import { createHash } from 'node:crypto';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import {
  CreateKey,
  IntermodalError,
  keyText,
  newSecret,
  newUuid,
  parseId,
  RotateKey,
  showId,
  type KeyList,
  type KeyView,
  type NewKeyView,
} from '@intermodal/contracts';
import type { KeyRecords, KeyRow } from '@intermodal/pipeline';
import type { FastifyReply } from 'fastify';
import { parseJson, readText } from '../http/body.ts';
import { checkBody } from '../http/check-body.ts';
import { Operation } from '../http/operation.ts';
import { readRequest } from '../http/read-request.ts';
import type { ApiRequest } from '../http/request.ts';
import { assertScopes } from '../http/scopes.ts';
import { KEYS } from '../parts.ts';
import { TenantChoice } from '../tenants/tenant-choice.ts';
import { KeyRing } from './key-ring.ts';
import { isEnded, keyView } from './key-view.ts';

@Controller()
export class KeysController {
  readonly #keys: KeyRecords;
  readonly #choice: TenantChoice;
  readonly #ring: KeyRing;

  constructor(
    @Inject(KEYS) keys: KeyRecords,
    @Inject(TenantChoice) choice: TenantChoice,
    @Inject(KeyRing) ring: KeyRing,
  ) {
    this.#keys = keys;
    this.#choice = choice;
    this.#ring = ring;
  }

  @Operation('createKey')
  async create(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewKeyView> {
    const { query } = readRequest('createKey', request);
    const tenantId = await this.#choice.of(request, query.tenant);
    const { name, scopes, expiresAt } = checkBody(CreateKey, parseJson(await readText(request)));
    const ends = expiresAt === undefined ? undefined : new Date(expiresAt);
    if (ends && ends.getTime() <= Date.now())
      throw new IntermodalError(
        'input.invalid',
        'body.expiresAt: this is in the past; leave it out for a key without an end.',
      );
    // Nobody gives what he does not have.
    assertScopes(request.key.scopes, scopes);
    const [id, secret] = [newUuid(), newSecret()];
    const row = await this.#keys.create({
      id,
      tenantId,
      name,
      scopes: [...new Set(scopes)],
      secretSha256: hashOf(secret),
      expiresAt: ends,
    });
    void reply.header('location', `/v1/keys/${showId('key', id)}`);
    return { ...keyView(row), key: keyText(id, secret) };
  }

  @Operation('listKeys')
  async list(@Req() request: ApiRequest): Promise<KeyList> {
    const { query } = readRequest('listKeys', request);
    const tenantId = await this.#choice.of(request, query.tenant);
    const before = query.cursor === undefined ? undefined : parseId('key', query.cursor);
    const rows = await this.#keys.list(tenantId, { limit: query.limit + 1, before });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      keys: page.map(keyView),
      next: rows.length > page.length && last ? showId('key', last.id) : null,
    };
  }

  @Operation('getKey')
  async get(@Req() request: ApiRequest): Promise<KeyView> {
    const { path, query } = readRequest('getKey', request);
    return keyView(await this.#find(await this.#choice.of(request, query.tenant), path.id));
  }

  @Operation('rotateKey')
  async rotate(@Req() request: ApiRequest): Promise<NewKeyView> {
    const { path, query } = readRequest('rotateKey', request);
    const tenantId = await this.#choice.of(request, query.tenant);
    const text = await readText(request);
    const { graceSeconds } = checkBody(RotateKey, text.trim() === '' ? {} : parseJson(text));
    const row = await this.#find(tenantId, path.id);
    // The new secret goes to whoever asked: it must open no more doors than his own.
    assertScopes(request.key.scopes, row.scopes);
    const secret = newSecret();
    if (isEnded(row) || !(await this.#keys.rotate(row.id, hashOf(secret), graceSeconds)))
      throw new IntermodalError(
        'key.ended',
        `Key ${path.id} has ended or is the key of local mode: make a new one.`,
      );
    this.#ring.forget();
    return { ...keyView(await this.#find(tenantId, path.id)), key: keyText(row.id, secret) };
  }

  @Operation('revokeKey')
  async revoke(@Req() request: ApiRequest): Promise<KeyView> {
    const { path, query } = readRequest('revokeKey', request);
    const tenantId = await this.#choice.of(request, query.tenant);
    const { id } = await this.#find(tenantId, path.id);
    await this.#keys.revoke(id);
    this.#ring.forget();
    return keyView(await this.#find(tenantId, path.id));
  }

  async #find(tenantId: string, id: string): Promise<KeyRow> {
    const uuid = parseId('key', id);
    const row = uuid && (await this.#keys.get(tenantId, uuid));
    if (row) return row;
    throw new IntermodalError('key.not_found', `There is no key ${id}.`);
  }
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
