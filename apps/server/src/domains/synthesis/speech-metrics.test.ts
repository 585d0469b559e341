import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { parseScrape } from '../../../tests/support/scrape.ts';
import { SpeechMetrics } from './speech-metrics.ts';
import { addWorkMetrics } from './work-metrics.ts';

test('figures are told in the units that their names say', async () => {
  const registry = new Registry();
  const metrics = new SpeechMetrics(registry);
  metrics.made({ audioSeconds: 8, computeSeconds: 2 });
  metrics.made({ audioSeconds: 0, computeSeconds: 2 });
  metrics.firstAudio('joined', 0.5);
  metrics.requestEnded({ status: 200, seconds: 3, actor: null });
  const told = parseScrape(await registry.metrics());
  const figures = {
    voiceflow_tts_real_time_factor_sum: 0.25,
    voiceflow_tts_real_time_factor_count: 1,
    voiceflow_tts_audio_duration_seconds_sum: 8,
    'voiceflow_tts_first_audio_seconds_sum{cache="joined"}': 0.5,
    voiceflow_tts_request_duration_seconds_sum: 3,
    'voiceflow_tts_requests_total{status="200",key_id="none"}': 1,
  };
  expect(Object.fromEntries(Object.keys(figures).map((name) => [name, told.get(name)]))).toEqual(
    figures,
  );
});

test('a worker tells for how many seconds it has computed, and what it made for others', async () => {
  const registry = new Registry();
  const metrics = addWorkMetrics({ registry, process: 'worker-1' });
  metrics.computed(1.5);
  metrics.computed(2);
  metrics.assisted();
  const told = parseScrape(await registry.metrics());
  expect(told.get('voiceflow_worker_busy_seconds_total{process="worker-1"}')).toBe(3.5);
  expect(told.get('voiceflow_worker_assisted_pieces_total{process="worker-1"}')).toBe(1);
});
