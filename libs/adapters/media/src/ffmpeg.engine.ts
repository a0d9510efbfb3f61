import { MediaTools, defineEngine } from '@intermodal/models';
import { ffmpegMediaTools } from './ffmpeg-media-tools.ts';
import { missingPrograms } from '@intermodal/programs';

/** ffmpeg 5 or later, called as a process for each file. Nothing is kept running. */
export default defineEngine(MediaTools, {
  name: 'ffmpeg',
  probe: async () => {
    const missing = await missingPrograms(['ffmpeg', 'ffprobe', 'prlimit']);
    if (missing.length === 0) return { available: true };
    const packages = missing.includes('prlimit') ? 'ffmpeg util-linux' : 'ffmpeg';
    return { available: false, reason: `${missing.join(' and ')} not found: apt-get install ${packages}.` };
  },
  open: async () => ({ use: ffmpegMediaTools, device: 'cpu', close: async () => {} }),
});
