import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import {
  fieldAliases,
  type OldRecord,
  type RecordKind,
  recordKinds,
  recordShapes,
} from './record-shapes.ts';

/** A record with the place it was read from, as the report names it: `users.json users[2]`. */
export interface Sourced<K extends RecordKind> {
  readonly place: string;
  readonly record: OldRecord<K>;
}

export type OldStore = { readonly [K in RecordKind]: readonly Sourced<K>[] };

export interface ReadResult {
  readonly store: OldStore;
  readonly errors: readonly string[];
}

const names: Readonly<Record<string, RecordKind>> = {
  ...Object.fromEntries(recordKinds.map((kind) => [kind, kind])),
  keys: 'api_keys',
  members: 'team_members',
  memberships: 'team_members',
};

const objectShape = z.record(z.string(), z.unknown());

interface RawRecord {
  readonly kind: RecordKind;
  readonly place: string;
  readonly value: unknown;
}

/**
 * Reads the files of the old JSON store. One file holds either several kinds (`{"users": …,
 * "teams": …}`) or the one that its name says (`users.json`), each as a list or as a map by id.
 */
export async function readStore(files: readonly string[]): Promise<ReadResult> {
  const errors: string[] = [];
  const raw: RawRecord[] = [];
  for (const file of files) {
    try {
      raw.push(...split(basename(file), JSON.parse(await readFile(file, 'utf8'))));
    } catch (error) {
      errors.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const parse = <K extends RecordKind>(kind: K, shape: z.ZodType<OldRecord<K>>): Sourced<K>[] =>
    raw
      .filter((record) => record.kind === kind)
      .flatMap(({ place, value }) => {
        const parsed = shape.safeParse(value);
        if (parsed.success) return [{ place, record: parsed.data }];
        for (const issue of parsed.error.issues) {
          errors.push(`${place}: ${issue.path.join('.') || 'record'}: ${issue.message}`);
        }
        return [];
      });
  const store = {
    users: parse('users', recordShapes.users),
    teams: parse('teams', recordShapes.teams),
    team_members: parse('team_members', recordShapes.team_members),
    api_keys: parse('api_keys', recordShapes.api_keys),
    deployments: parse('deployments', recordShapes.deployments),
  };
  return { store, errors };
}

function split(fileName: string, content: unknown): RawRecord[] {
  const kindOfFile = names[toSnakeCase(fileName.replace(/\.json$/i, ''))];
  if (kindOfFile) {
    const wrapped = objectShape.safeParse(content).data;
    const inner = Object.entries(wrapped ?? {}).find(([name]) => names[toSnakeCase(name)]);
    if (!inner) return list(kindOfFile, fileName, content);
  }
  const kinds = objectShape.safeParse(content);
  if (!kinds.success)
    throw new Error(`name the file after what it holds (${recordKinds.join(', ')})`);
  return Object.entries(kinds.data).flatMap(([name, value]) => {
    const kind = names[toSnakeCase(name)];
    if (kind) return list(kind, fileName, value);
    throw new Error(`"${name}" is none of ${Object.keys(names).join(', ')}`);
  });
}

function list(kind: RecordKind, fileName: string, content: unknown): RawRecord[] {
  if (Array.isArray(content)) {
    return content.map((value, index) => ({
      kind,
      place: `${fileName} ${kind}[${index}]`,
      value: normaliseFields(kind, value),
    }));
  }
  const byId = objectShape.safeParse(content);
  if (!byId.success) throw new Error(`${kind} must be a list or a map by id`);
  return Object.entries(byId.data).map(([id, value]) => {
    const fields = normaliseFields(kind, value);
    const named = objectShape.safeParse(fields);
    const secret = kind === 'api_keys' && (id.startsWith('vf_') || /^[0-9a-f]{64}$/i.test(id));
    // A key's own text is no name for a report.
    const label = id.startsWith('vf_') ? `${id.slice(0, 12)}…` : id;
    const identity = secret ? (id.startsWith('vf_') ? { key: id } : { key_hash: id }) : { id };
    return {
      kind,
      place: `${fileName} ${kind}[${label}]`,
      value: named.success ? { ...identity, ...named.data } : value,
    };
  });
}

/** Fields in snake_case under today's names; null counts as not given. */
function normaliseFields(kind: RecordKind, value: unknown): unknown {
  const record = objectShape.safeParse(value);
  if (!record.success) return value;
  const entries = Object.entries(record.data).flatMap(([name, field]) => {
    const snake = toSnakeCase(name);
    return field === null ? [] : [[fieldAliases[kind][snake] ?? snake, field] as const];
  });
  return Object.fromEntries(entries);
}

function toSnakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}
