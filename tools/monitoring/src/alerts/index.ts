import type { Alert } from './alert.ts';
import { DELIVERY_ALERTS } from './delivery-alerts.ts';
import { MODEL_ALERTS } from './model-alerts.ts';
import { POOL_ALERTS } from './pool-alerts.ts';
import { PROCESS_ALERTS } from './process-alerts.ts';

/** By the group that they stand in. */
export const ALERTS: Readonly<Record<string, readonly Alert[]>> = {
  'intermodal-processes': PROCESS_ALERTS,
  'intermodal-pools': POOL_ALERTS,
  'intermodal-models': MODEL_ALERTS,
  'intermodal-delivery': DELIVERY_ALERTS,
};
