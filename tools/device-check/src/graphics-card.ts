import { execFileSync } from 'node:child_process';

export interface GraphicsCard {
  readonly name: string;
  readonly driver: string;
  /** MiB. */
  readonly usedMiB: number;
}

/** The first card that the driver shows; undefined where there is none. */
export function graphicsCard(): GraphicsCard | undefined {
  try {
    const query = ['--query-gpu=name,driver_version,memory.used', '--format=csv,noheader,nounits'];
    const [line = ''] = execFileSync('nvidia-smi', query, { encoding: 'utf8' }).split('\n');
    const [name = '', driver = '', usedMiB = ''] = line.split(',').map((part) => part.trim());
    return { name, driver, usedMiB: Number(usedMiB) };
  } catch {
    return undefined;
  }
}
