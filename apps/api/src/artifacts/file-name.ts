const MAX_CHARACTERS = 255;

/** A name for people, without the folders and control characters that some clients send; undefined when none is left. */
export function plainName(given: string | undefined): string | undefined {
  const last = given?.split(/[/\\]/).at(-1);
  const name = last
    ?.replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, MAX_CHARACTERS);
  return name === undefined || name === '' || name === '.' || name === '..' ? undefined : name;
}

/** The file name of a Content-Disposition header (RFC 6266), the extended form first. */
export function nameInDisposition(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const extended = /filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) {
    try {
      return plainName(decodeURIComponent(extended));
    } catch {
      // Badly encoded: the plain form may still do.
    }
  }
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header);
  return plainName(plain?.[1]?.replaceAll(/\\(.)/g, '$1') ?? plain?.[2]);
}

/** A Content-Disposition header that carries any name safely. */
export function dispositionOf(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
