/**
 * The body of an answer, or undefined when it is longer than `maxBytes`; what is left of it is then not read.
 * @param onBytes told each piece as it comes
 */
export async function readAnswer(
  response: Response,
  maxBytes: number,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return Buffer.alloc(0);
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
    onBytes?.(chunk);
  }
  return Buffer.concat(chunks);
}
