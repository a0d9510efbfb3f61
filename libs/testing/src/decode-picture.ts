import { execFileSync } from 'node:child_process';
import type { Pixels } from '@intermodal/models';

/** A picture file as pixels, by ffmpeg: adapters do not import each other, so tests of networks have no ImageTools. */
export function decodePicture(path: string): Pixels {
  const ask = ['-v', 'error', '-of', 'csv=p=0', '-show_entries', 'stream=width,height', path];
  const [width, height] = execFileSync('ffprobe', ask, { encoding: 'utf8' }).trim().split(',').map(Number);
  const decode = ['-nostdin', '-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const rgb = new Uint8Array(execFileSync('ffmpeg', decode, { maxBuffer: 100_000_000 }));
  return { width: width!, height: height!, rgb };
}
