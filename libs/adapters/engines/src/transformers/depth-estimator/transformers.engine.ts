import { DepthEstimator } from '@intermodal/models';
import { DEPTH, type DepthMap, type EstimateDepth } from '../depth/depth.ts';
import { transformersEngine } from '../transformers-engine.ts';
import { nearnessOf } from './nearness-of.ts';

export default transformersEngine(DepthEstimator, 'image.estimate-depth', [DEPTH], (opened) => ({
  // They see 384 to 518 pixels of the shorter edge.
  maxEdge: 1_036,
  async estimate(picture, { signal }) {
    const request: EstimateDepth = { kind: 'estimate-depth', picture };
    const { values, ...size } = (await opened.call(request, { signal })) as DepthMap;
    return { ...size, nearness: nearnessOf(values, opened.config.model_type) };
  },
}));
