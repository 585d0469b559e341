import {
  LegendDisplayMode,
  LegendPlacement,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Chosen on the page, so that the dashboard fits any Grafana. */
const source = { type: 'prometheus', uid: `\${datasource}` };

export function chooseDataSource(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus');
}

export interface Series {
  readonly expr: string;
  /** What the lines are called; `{{label}}` stands for a label's value. */
  readonly legend: string;
}

export interface PanelOptions {
  readonly title: string;
  readonly description?: string;
  /** As Grafana calls it: `s`, `percentunit`, `bytes`. */
  readonly unit: string;
  readonly series: readonly Series[];
  /** In 24ths of the page; the standard is a third. */
  readonly width?: number;
}

export function createPanel({
  title,
  description,
  unit,
  series,
  width = 8,
}: PanelOptions): PanelBuilder {
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
  const panel = new PanelBuilder()
    .title(title)
    .datasource(source)
    .unit(unit)
    .min(0)
    .fillOpacity(10)
    .legend(legend)
    .height(7)
    .span(width);
  if (description) panel.description(description);
  for (const [index, { expr, legend }] of series.entries()) {
    panel.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .datasource(source)
        .expr(expr)
        .legendFormat(legend),
    );
  }
  return panel;
}

const window = '[$__rate_interval]';

export function rateOf(metric: string, by: string): string {
  return `sum by (${by}) (rate(${metric}${window}))`;
}

/** p50, p95 and p99 of a histogram. `matching`: of its series with these labels alone. */
export function quantilesOf(
  histogram: string,
  { by = [], matching = '' }: { by?: readonly string[]; matching?: string } = {},
): Series[] {
  const labels = ['le', ...by].join(', ');
  const names = by.map((label) => ` {{${label}}}`).join('');
  return [50, 95, 99].map((percent) => ({
    expr: `histogram_quantile(${percent / 100}, sum by (${labels}) (rate(${histogram}_bucket${matching}${window})))`,
    legend: `p${percent}${names}`,
  }));
}
