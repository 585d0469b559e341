import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';
import { teachVisitorUsing } from './swc-using.ts';

teachVisitorUsing();

/** Lowest first: a domain imports only from those before it. */
const domainOrder = [
  'audit',
  'identity',
  'teams',
  'signing',
  'webhooks',
  'sso',
  'keys',
  'client-tokens',
  'usage',
  'contributors',
  'consent',
  'voices',
  'deployments',
  'synthesis',
  'recordings',
  'compensation',
  'diversity',
  'billing',
  'referrals',
  'analytics',
  'alerts',
  'status',
] as const;

const domains = '^apps/server/src/domains';
/** `worker.ts` is a second one for the process that must not load what the first one brings. */
const surface = `${domains}/[^/]+/(index|worker)[.]ts$`;
const test = '[.]test[.]tsx?$';

const rules: IForbiddenRuleType[] = [
  ...domainOrder.slice(0, -1).map(
    (domain, index): IForbiddenRuleType => ({
      name: 'domain-order',
      severity: 'error',
      from: { path: `${domains}/${domain}/`, pathNot: test },
      to: { path: `${domains}/(${domainOrder.slice(index + 1).join('|')})/` },
    }),
  ),
  {
    name: 'domain-through-its-index',
    severity: 'error',
    from: { path: `${domains}/([^/]+)/` },
    to: { path: `${domains}/[^/]+/`, pathNot: [`${domains}/$1/`, surface] },
  },
  {
    name: 'domain-through-its-index',
    severity: 'error',
    from: { path: '^(apps|packages|bench|scripts)/', pathNot: [`${domains}/`] },
    to: { path: `${domains}/[^/]+/`, pathNot: surface },
  },
  {
    name: 'platform-knows-no-domain',
    severity: 'error',
    from: { path: '^apps/server/src/platform/', pathNot: test },
    to: {
      path: '^apps/server/src/(domains|workflows|commands|(api|worker|jobs|start|migrate)[.]ts$)',
    },
  },
  {
    name: 'only-stores-touch-the-database',
    severity: 'error',
    from: {
      path: '^apps/server/src/',
      pathNot: [
        '^apps/server/src/platform/',
        '[/-]store[.]ts$',
        '^apps/server/src/migrate[.]ts$',
        '^apps/server/src/commands/',
        test,
      ],
    },
    to: { path: '^node_modules/(pg|kysely)/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'speech-stands-alone',
    severity: 'error',
    from: { path: '^packages/speech/' },
    to: { path: '^apps/' },
  },
  {
    name: 'web-imports-nothing-of-the-server',
    severity: 'error',
    from: { path: '^apps/web/src/', pathNot: test },
    to: { path: '^(apps/server|packages/speech)/' },
  },
  {
    name: 'no-cycle',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
];

export interface ImportReport {
  moduleCount: number;
  /** `rule: from → to`, sorted. */
  violations: string[];
}

function unknownDomains(root: string): string[] {
  const known: readonly string[] = domainOrder;
  return readdirSync(join(root, 'apps/server/src/domains'))
    .filter((name) => !known.includes(name))
    .map((name) => `domain-order: apps/server/src/domains/${name} has no place in the order`);
}

/** Cruises every source file under `root` and answers what breaks a rule. */
export async function checkImports(root: string): Promise<ImportReport> {
  const folders = ['apps', 'packages'];
  const { output } = await cruise(folders, {
    baseDir: root,
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    validate: true,
    ruleSet: { forbidden: rules },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered text');
  const violations = output.summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}`,
  );
  return {
    moduleCount: output.summary.totalCruised,
    violations: [...new Set([...violations, ...unknownDomains(root)])].sort(),
  };
}
