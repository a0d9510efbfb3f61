import { fileTypeFromFile } from 'file-type';
import { sniff } from '../sniff.ts';

/** One file, several names of its type: the one that is used here. */
const ALIASES: Readonly<Record<string, string>> = {
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/mp3': 'audio/mpeg',
  'image/jpg': 'image/jpeg',
};
/** Containers that hold sound, or film: of these the server may say which. */
const CONTAINERS = ['mp4', 'webm', 'ogg', 'quicktime', '3gpp', 'x-matroska'];

/**
 * What a file is by its first bytes. Text has none that tell: of text the server is believed, and of nothing else.
 * @param said by the server
 */
export async function mediaTypeOfFile(path: string, said: string | undefined): Promise<string> {
  const known = canonical(said ?? '');
  const found = canonical((await fileTypeFromFile(path))?.mime ?? '');
  if (found !== '') return sameContainer(found, known) ? known : found;
  if ((await sniff(path)) === 'text' && isTextual(known)) return known;
  return 'application/octet-stream';
}

const canonical = (type: string): string => ALIASES[type] ?? type;

function sameContainer(found: string, said: string): boolean {
  const [kind, container] = said.split('/');
  return (
    (kind === 'audio' || kind === 'video') &&
    CONTAINERS.includes(container ?? '') &&
    found.split('/')[1] === container
  );
}

const isTextual = (type: string): boolean =>
  /^text\/|^application\/(json|jsonl|x-ndjson|xml|yaml|x-subrip)$|\+(json|xml)$/.test(type);
