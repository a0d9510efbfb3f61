import type { HostEvent, ModelHouse } from '@intermodal/engines';
import type { ModelHosts } from '@intermodal/models';
import type { Metrics } from '@intermodal/pipeline';

/** Counts what happens to the processes of models. */
export function countHostEvent(metrics: Metrics, event: HostEvent): void {
  const { model, device } = event;
  if (event.kind === 'loaded') {
    metrics.count('intermodal_model_loads_total', { model, device });
    metrics.observe('intermodal_model_load_seconds', { model, device }, event.tookMs / 1_000);
  } else if (event.kind === 'ended')
    metrics.count('intermodal_model_ends_total', { model, device, reason: event.why });
}

/** The same hosts; calls are timed, and what is in memory is told to whoever asks. */
export function countedHosts(house: ModelHouse, metrics: Metrics): ModelHosts {
  const underWay = new Map<string, number>();
  const step = (model: string, by: 1 | -1): void => void underWay.set(model, (underWay.get(model) ?? 0) + by);
  metrics.readings(
    'models',
    [
      'intermodal_model_loaded',
      'intermodal_model_memory_bytes',
      'intermodal_model_memory_limit_bytes',
      'intermodal_model_calls_under_way',
    ],
    () => [
      ['intermodal_model_memory_limit_bytes', {}, house.memoryBytes] as const,
      ...house
        .residents()
        .flatMap(({ model, device, bytes }) => [
          ['intermodal_model_loaded', { model, device }, 1] as const,
          ['intermodal_model_memory_bytes', { model, device }, bytes] as const,
        ]),
      ...[...underWay].map(
        ([model, calls]) => ['intermodal_model_calls_under_way', { model }, calls] as const,
      ),
    ],
  );
  return {
    device: house.device,
    async open(spec) {
      const opened = await house.open(spec);
      const model = spec.name;
      return {
        ...opened,
        async call(request, options) {
          const begun = performance.now();
          const ended = (outcome: 'done' | 'failed' | 'aborted'): void => {
            step(model, -1);
            const seconds = (performance.now() - begun) / 1_000;
            metrics.observe('intermodal_model_call_seconds', { model, outcome }, seconds);
          };
          step(model, 1);
          try {
            const answer = await opened.call(request, options);
            ended('done');
            return answer;
          } catch (error) {
            ended(options.signal.aborted ? 'aborted' : 'failed');
            throw error;
          }
        },
      };
    },
  };
}
