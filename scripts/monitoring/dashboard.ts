import { DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { chooseDataSource, createPanel, type PanelOptions, quantilesOf, rateOf } from './panels.ts';

const rows: readonly { title: string; panels: readonly PanelOptions[] }[] = [
  {
    title: 'Speech',
    panels: [
      {
        title: 'Requests by status',
        description: '499: the caller left before the end.',
        unit: 'reqps',
        series: [{ expr: rateOf('voiceflow_tts_requests_total', 'status'), legend: '{{status}}' }],
      },
      {
        title: 'Duration',
        unit: 's',
        series: quantilesOf('voiceflow_tts_request_duration_seconds'),
      },
      {
        title: 'First audio, not from the cache',
        unit: 's',
        series: quantilesOf('voiceflow_tts_first_audio_seconds', { matching: '{cache!="hit"}' }),
      },
      {
        title: 'Answers that failed on our side',
        unit: 'percentunit',
        series: [
          {
            expr: '(sum(rate(voiceflow_tts_requests_total{status=~"5.."}[$__rate_interval])) or vector(0)) / sum(rate(voiceflow_tts_requests_total[$__rate_interval]))',
            legend: '5xx',
          },
        ],
      },
      {
        title: 'Speech that could not be made',
        unit: 'reqps',
        series: [{ expr: rateOf('voiceflow_tts_errors_total', 'code'), legend: '{{code}}' }],
      },
      {
        title: 'Busiest keys',
        unit: 'reqps',
        series: [
          {
            expr: `topk(10, ${rateOf('voiceflow_tts_requests_total', 'key_id')})`,
            legend: '{{key_id}}',
          },
        ],
      },
      {
        title: 'Served from',
        unit: 'reqps',
        series: [
          { expr: rateOf('voiceflow_tts_cache_requests_total', 'result'), legend: '{{result}}' },
        ],
      },
      {
        title: 'Real-time factor',
        description: 'Compute seconds for a second of audio. Above 1 a stream falters.',
        unit: 'none',
        series: quantilesOf('voiceflow_tts_real_time_factor'),
      },
      {
        title: 'Audio made',
        description: 'Seconds of audio in a second.',
        unit: 'none',
        series: [
          {
            expr: 'sum(rate(voiceflow_tts_audio_duration_seconds_sum[$__rate_interval]))',
            legend: 'all workers',
          },
        ],
      },
    ],
  },
  {
    title: 'Queue and workers',
    panels: [
      {
        title: 'Waiting, by tier',
        unit: 'none',
        series: [{ expr: 'max by (tier) (voiceflow_queue_depth)', legend: '{{tier}}' }],
      },
      {
        title: 'Wait, by tier (p95)',
        unit: 's',
        series: quantilesOf('voiceflow_queue_wait_seconds', { by: ['tier'] }).slice(1, 2),
      },
      {
        title: 'Longest wait now',
        unit: 's',
        series: [
          { expr: 'max by (tier) (voiceflow_queue_oldest_wait_seconds)', legend: '{{tier}}' },
        ],
      },
      {
        title: 'Workers',
        unit: 'none',
        series: [
          { expr: 'max(voiceflow_workers_ready)', legend: 'ready' },
          { expr: 'sum(voiceflow_workers_wanted)', legend: 'wanted' },
          { expr: 'max(voiceflow_queue_running_jobs)', legend: 'jobs taken' },
          { expr: 'max(voiceflow_queue_dead_letters)', legend: 'dead letters not stored' },
        ],
      },
      {
        title: 'How busy workers are',
        unit: 'percentunit',
        series: [
          {
            expr: rateOf('voiceflow_worker_busy_seconds_total', 'instance, process'),
            legend: '{{instance}} {{process}}',
          },
        ],
      },
      {
        title: 'Pieces made for other workers',
        description: 'By workers that had no job of their own.',
        unit: 'ops',
        series: [
          {
            expr: rateOf('voiceflow_worker_assisted_pieces_total', 'instance, process'),
            legend: '{{instance}} {{process}}',
          },
        ],
      },
      {
        title: 'Processes started again, in an hour',
        unit: 'none',
        series: [
          {
            expr: 'sum by (process) (increase(voiceflow_process_restarts_total[1h]))',
            legend: '{{process}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        title: 'API requests by status',
        unit: 'reqps',
        series: [{ expr: rateOf('voiceflow_http_requests_total', 'status'), legend: '{{status}}' }],
      },
      {
        title: 'Duration of requests other than speech',
        unit: 's',
        series: quantilesOf('voiceflow_http_request_duration_seconds'),
      },
      {
        title: 'Delay of the event loop (p99)',
        unit: 's',
        // It is measured every 10 ms, which are part of the figure.
        series: [
          {
            expr: 'clamp_min(nodejs_eventloop_lag_p99_seconds - 0.01, 0)',
            legend: '{{instance}} {{process}}',
          },
        ],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        series: [{ expr: 'process_resident_memory_bytes', legend: '{{instance}} {{process}}' }],
      },
      {
        title: 'Processor cores in use',
        unit: 'none',
        series: [
          {
            expr: rateOf('process_cpu_seconds_total', 'instance, process'),
            legend: '{{instance}} {{process}}',
          },
        ],
      },
      {
        title: 'Database connections in use',
        unit: 'percentunit',
        series: [
          {
            expr: 'voiceflow_database_connections{state="used"} / ignoring(state) voiceflow_database_connections_max',
            legend: '{{instance}} {{process}}',
          },
        ],
      },
      {
        title: 'Waiting for a database connection',
        unit: 'none',
        series: [{ expr: 'voiceflow_database_waiting', legend: '{{instance}} {{process}}' }],
      },
      {
        title: 'Redis answers',
        description: 'The share of the processes of a kind that it answers.',
        unit: 'percentunit',
        series: [
          { expr: 'avg by (process, use) (voiceflow_redis_up)', legend: '{{process}}, {{use}}' },
        ],
      },
      {
        title: 'Done without Redis',
        unit: 'ops',
        series: [
          { expr: rateOf('voiceflow_redis_fallbacks_total', 'process'), legend: '{{process}}' },
        ],
      },
    ],
  },
  {
    title: 'GPUs and deployments',
    panels: [
      {
        title: 'GPU utilization',
        unit: 'percent',
        series: [{ expr: 'voiceflow_gpu_utilization_percent', legend: 'GPU {{gpu_id}}' }],
      },
      {
        title: 'GPU memory',
        unit: 'percentunit',
        series: [
          {
            expr: 'voiceflow_gpu_memory_used_bytes / voiceflow_gpu_memory_total_bytes',
            legend: 'GPU {{gpu_id}}',
          },
        ],
      },
      {
        title: 'GPU temperature',
        unit: 'celsius',
        series: [{ expr: 'voiceflow_gpu_temperature_celsius', legend: 'GPU {{gpu_id}}' }],
      },
      {
        title: 'Active deployments',
        unit: 'none',
        width: 12,
        series: [{ expr: 'max(voiceflow_active_deployments)', legend: 'active' }],
      },
      {
        title: 'Cost of deployments',
        unit: 'currencyUSD',
        width: 12,
        series: [{ expr: 'max(voiceflow_deployment_cost_per_hour)', legend: 'per hour' }],
      },
    ],
  },
];

/** The dashboard as Grafana imports it. */
export function renderDashboard(): string {
  const builder = new DashboardBuilder('VoiceFlow')
    .uid('voiceflow')
    .tags(['voiceflow'])
    .timezone('browser')
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .withVariable(chooseDataSource());
  let id = 0;
  for (const { title, panels } of rows) {
    id += 1;
    builder.withRow(new RowBuilder(title).id(id));
    for (const panel of panels) {
      id += 1;
      builder.withPanel(createPanel(panel).id(id));
    }
  }
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}
