import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { NAMESPACE, SETTINGS } from '../names.ts';
import type { Resource } from './cluster.ts';

export const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'infra', 'k8s');

export const resourcesOf = (text: string): Resource[] =>
  parseAllDocuments(text).flatMap((document) => {
    const value = document.toJS() as Resource | null;
    return value === null ? [] : [value];
  });

/** The base as kustomize makes it, for machines that have no kubectl. */
export function readBase(): Resource[] {
  const base = join(FOLDER, 'base');
  const files = readdirSync(base).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
  const settings = readFileSync(join(base, 'settings.env'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: SETTINGS },
    data: Object.fromEntries(settings),
  };
  return [...files.flatMap((name) => resourcesOf(readFileSync(join(base, name), 'utf8'))), map].map(
    (resource) => ({
      ...resource,
      metadata: { ...resource.metadata, ...(resource.kind !== 'Namespace' && { namespace: NAMESPACE }) },
    }),
  );
}
