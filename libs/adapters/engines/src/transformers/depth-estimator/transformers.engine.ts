import { defineEngine, DepthEstimator } from '@intermodal/models';
import { DEPTH, type DepthMap, type EstimateDepth } from '../depth/depth.ts';
import { probeFor, TransformersModel } from '../transformers-model.ts';
import { nearnessOf } from './nearness-of.ts';

const TASK = 'image.estimate-depth';
const ARCHETYPES = [DEPTH];

export default defineEngine(DepthEstimator, {
  name: 'transformers',
  probe: (context) => probeFor(TASK, ARCHETYPES, context),
  open: async (context) => {
    const opened = await TransformersModel.openFor(TASK, ARCHETYPES, context);
    return {
      use: {
        // They see 384 to 518 pixels of the shorter edge.
        maxEdge: 1_036,
        async estimate(picture, { signal }) {
          const request: EstimateDepth = { kind: 'estimate-depth', picture };
          const { values, ...size } = (await opened.call(request, { signal })) as DepthMap;
          return { ...size, nearness: nearnessOf(values, opened.config.model_type) };
        },
      },
      model: opened.model.id,
      device: opened.device,
      close: () => opened.close(),
    };
  },
});
