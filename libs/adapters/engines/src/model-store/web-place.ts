import { emptyBody, Refused, type OpenedFile, type Place } from './place.ts';

/**
 * A web server with files below an address. A name and a password in the address are sent as such (Basic), a token as Bearer.
 * A path may be a whole address instead; nothing secret is sent there.
 */
export function webPlace(address: string, token?: string): Place {
  const url = new URL(address.endsWith('/') ? address : `${address}/`);
  const { username, password } = url;
  [url.username, url.password] = ['', ''];
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  const authorization =
    token === undefined ? (username === '' ? undefined : `Basic ${basic}`) : `Bearer ${token}`;
  const open = async (path: string, from: number, signal: AbortSignal): Promise<OpenedFile | undefined> => {
    const target = new URL(path, url);
    const headers = target.origin === url.origin && authorization !== undefined ? { authorization } : {};
    const response = await fetch(target, { signal, headers: { ...headers, ...rangeFrom(from) } });
    return (
      (await openedFrom(response, from)) ?? (response.status === 416 ? open(path, 0, signal) : undefined)
    );
  };
  return { open };
}

/** What a request for a file says. Packed on the way, its length would be another one. */
export const rangeFrom = (from: number): Record<string, string> => ({
  'accept-encoding': 'identity',
  ...(from > 0 && { range: `bytes=${from}-` }),
});

/**
 * What a server answered to a request for the bytes from an offset on; undefined for 404, and for an offset that the file does
 * not have.
 * @throws Refused for any other refusal
 */
export async function openedFrom(response: Response, from: number): Promise<OpenedFile | undefined> {
  const range = response.headers.get('content-range') ?? '';
  const total = /\/(\d+)$/.exec(range)?.[1];
  const length = response.status === 200 ? response.headers.get('content-length') : null;
  const bytes = total ?? length ?? undefined;
  const told = bytes === undefined ? {} : { bytes: Number(bytes) };
  if (response.ok) {
    const goesOn = response.status === 206 && range.startsWith(`bytes ${from}-`);
    return { body: response.body ?? emptyBody(), begins: goesOn ? from : 0, ...told };
  }
  await response.body?.cancel();
  if (response.status === 404) return undefined;
  if (response.status !== 416) throw new Refused(`${new URL(response.url).host} answered ${response.status}`);
  // Nothing is after the offset: the file ends there, or is another one.
  return Number(total) === from ? { body: emptyBody(), begins: from, bytes: from } : undefined;
}
