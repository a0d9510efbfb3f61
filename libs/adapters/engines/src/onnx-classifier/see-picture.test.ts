import { NetworkPicture } from '@intermodal/contracts';
import { expect, it } from 'vitest';
import { seePicture } from './see-picture.ts';

/** Two pixels beside each other: red-ish and blue-ish. */
const picture = { width: 2, height: 1, rgb: Uint8Array.of(200, 10, 0, 0, 10, 100) };
const sees = (more: Partial<NetworkPicture>) =>
  NetworkPicture.parse({ width: 2, height: 1, layout: 'NHWC', mean: [0, 0, 0], scale: [1, 1, 1], ...more });

it.each([
  [{}, [200, 10, 0, 0, 10, 100]],
  [{ colours: 'BGR' }, [0, 10, 200, 100, 10, 0]],
  [{ layout: 'NCHW' }, [200, 0, 10, 10, 0, 100]],
  [{ mean: [100, 0, 50], scale: [2, 10, 5] }, [50, 1, -10, -50, 1, 10]],
] as const)('values are laid out and scaled as the network wants them: %j', (more, values) => {
  expect([...seePicture(picture, sees(more as Partial<NetworkPicture>))]).toEqual(values);
});

it('takes the middle, or all of it', () => {
  const three = { width: 3, height: 1, rgb: Uint8Array.of(10, 0, 0, 20, 0, 0, 60, 0, 0) };
  const reds = (fit: 'cover' | 'stretch') => seePicture(three, sees({ width: 1, fit }))[0];
  expect(reds('cover')).toBe(20);
  const all = { width: 4, height: 1, rgb: Uint8Array.of(10, 0, 0, 20, 0, 0, 60, 0, 0, 70, 0, 0) };
  expect(seePicture(all, sees({ fit: 'stretch' }))).toEqual(Float32Array.of(15, 0, 0, 65, 0, 0));
  expect(seePicture(all, sees({ fit: 'cover' }))).toEqual(Float32Array.of(20, 0, 0, 60, 0, 0));
});
