import { Refused, type OpenedFile, type Place } from './place.ts';
import { openedFrom, rangeFrom } from './web-place.ts';

export interface HuggingFaceAccess {
  /** `INTERMODAL_HUGGING_FACE_URL` */
  readonly url: string;
  /** `INTERMODAL_HUGGING_FACE_TOKEN` */
  readonly token?: string | undefined;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

/**
 * One commit of a repository, at huggingface.co or whatever speaks its paths: `<url>/<owner>/<name>/resolve/<commit>/<file>`.
 * Large files are redirected to a store elsewhere; the first answer tells their sha256.
 */
export function huggingFacePlace(access: HuggingFaceAccess, repository: string, revision: string): Place {
  const base = new URL(access.url.endsWith('/') ? access.url : `${access.url}/`);
  const open = async (path: string, from: number, signal: AbortSignal): Promise<OpenedFile | undefined> => {
    let url = new URL(`${repository}/resolve/${revision}/${path}`, base);
    let sha256: string | undefined;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      // The token is for the hub, and not for where it sends us.
      const mayKnow = access.token !== undefined && url.origin === base.origin;
      const response = await fetch(url, {
        signal,
        redirect: 'manual',
        headers: { ...rangeFrom(from), ...(mayKnow && { authorization: `Bearer ${access.token}` }) },
      });
      refuseOtherCommit(response, revision);
      sha256 ??= sha256In(response.headers.get('x-linked-etag'));
      const location = response.headers.get('location');
      if (!REDIRECTS.includes(response.status) || location === null) {
        refuseClosed(response, repository);
        const opened = await openedFrom(response, from);
        if (opened) return { ...opened, ...(sha256 !== undefined && { sha256 }) };
        return response.status === 416 ? open(path, 0, signal) : undefined;
      }
      await response.body?.cancel();
      url = new URL(location, url);
    }
    throw new Refused(`${base.host} redirects more than ${MOST_REDIRECTS} times`);
  };
  return { open };
}

/** Of a file in large file storage the hub tells the sha256, of another one the hash of git. */
const sha256In = (etag: string | null): string | undefined =>
  /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag ?? '')?.[1];

function refuseOtherCommit(response: Response, revision: string): void {
  const commit = response.headers.get('x-repo-commit');
  if (commit !== null && commit !== revision)
    throw new Refused(`${new URL(response.url).host} answered with the commit ${commit}, not ${revision}`);
}

function refuseClosed(response: Response, repository: string): void {
  if (response.status === 401 || response.status === 403)
    throw new Refused(
      `${new URL(response.url).host} answered ${response.status}: ${repository} does not exist, or needs an account that has ` +
        'accepted its licence and INTERMODAL_HUGGING_FACE_TOKEN',
    );
}
