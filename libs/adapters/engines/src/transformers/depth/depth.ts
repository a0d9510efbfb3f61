import type { Pixels } from '@intermodal/models';
import { runnerAddress } from '../../hosts/runner.ts';
import type { Archetype } from '../archetype.ts';
import { GREY_PICTURE } from '../grey-picture.ts';

/** A network that says of each place of a picture how near it is. */
export const DEPTH: Archetype = {
  name: 'depth estimator',
  modelTypes: ['depth_anything', 'dpt', 'glpn', 'depth_pro', 'metric3d', 'metric3dv2'],
  classes: /ForDepthEstimation$/,
  files: ['preprocessor_config.json'],
  runner: runnerAddress(import.meta.url, './depth-runner'),
  warmUp: { kind: 'estimate-depth', picture: GREY_PICTURE } satisfies EstimateDepth,
};

export interface EstimateDepth {
  readonly kind: 'estimate-depth';
  readonly picture: Pixels;
}

/** As the network gives it: row by row from the top left. */
export interface DepthMap {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}
