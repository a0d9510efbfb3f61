import { ImageTools, defineEngine } from '@intermodal/models';
import { missingPrograms } from '@intermodal/programs';
import { rawSharp, guardedSharp } from './guarded-sharp.ts';
import { SharpImageTools } from './sharp-image-tools.ts';

/** sharp (libvips) within this process, one picture at a time; ffmpeg for BMP, which sharp cannot read. */
export default defineEngine(ImageTools, {
  name: 'sharp',
  probe: async () => {
    // An optional package of npm holds libvips: it may be missing where npm did not know the platform.
    try {
      await import('sharp');
    } catch {
      return {
        available: false,
        reason: 'sharp has no libvips for this machine: npm install --include=optional.',
      };
    }
    const missing = await missingPrograms(['ffmpeg', 'prlimit']);
    if (missing.length === 0) return { available: true };
    return {
      available: false,
      reason: `${missing.join(' and ')} not found: apt-get install ffmpeg util-linux.`,
    };
  },
  open: async ({ log }) => {
    const { default: sharp } = await import('sharp');
    const tools = new SharpImageTools(guardedSharp(sharp), rawSharp(sharp), log);
    return { use: tools, device: 'cpu', close: () => tools.idle() };
  },
});
