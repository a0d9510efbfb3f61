import { open } from 'node:fs/promises';
import { IntermodalError } from '@intermodal/contracts';
import { speechWavLayout, wavHeader } from '@intermodal/models';

const BLOCK_BYTES = 524_288;

/** Copies a span of a 16 kHz mono WAV file. What lies behind the end is left out. */
export async function cutWav(
  path: string,
  to: string,
  options: { startMs: number; endMs: number; signal: AbortSignal },
): Promise<void> {
  const layout = await speechWavLayout(path);
  const at = (ms: number) => Math.min(Math.round((ms / 1000) * layout.sampleRate) * 2, layout.dataBytes);
  const begin = at(Math.max(options.startMs, 0));
  const end = at(options.endMs);
  if (end <= begin) {
    throw new IntermodalError(
      'input.invalid',
      `There is no audio from ${options.startMs} to ${options.endMs} ms.`,
    );
  }
  const source = await open(path);
  try {
    const target = await open(to, 'w');
    try {
      await target.write(wavHeader({ ...layout, dataBytes: end - begin }));
      const block = Buffer.alloc(Math.min(BLOCK_BYTES, end - begin));
      for (let done = begin; done < end;) {
        options.signal.throwIfAborted();
        const wanted = Math.min(block.length, end - done);
        const { bytesRead } = await source.read(block, 0, wanted, layout.dataOffset + done);
        if (bytesRead === 0) throw new Error('The audio became shorter while it was being cut.');
        await target.write(block.subarray(0, bytesRead));
        done += bytesRead;
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
