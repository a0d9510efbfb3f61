/**
 * Files by path. The only place that needs Node; imported when a path is given, so that the rest runs in a browser.
 */
export async function openFile(path: string): Promise<{ blob: Blob; name: string; path: string }> {
  const [{ openAsBlob }, { basename }] = await Promise.all([import('node:fs'), import('node:path')]);
  return { blob: await openAsBlob(path), name: basename(path), path };
}

/** The SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const [{ createReadStream }, { createHash }] = await Promise.all([
    import('node:fs'),
    import('node:crypto'),
  ]);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Writes a body to a file that appears under its name only when all of it has arrived. */
export async function saveFile(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const [{ createWriteStream }, { mkdir, rename, rm }, { dirname }, { Readable }, { pipeline }] =
    await Promise.all([
      import('node:fs'),
      import('node:fs/promises'),
      import('node:path'),
      import('node:stream'),
      import('node:stream/promises'),
    ]);
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  try {
    await pipeline(Readable.fromWeb(body as never), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
