import type { Insertable } from 'kysely';
import type { Tables } from '../../platform/database/schema.ts';
import type { OldStore } from './read-store.ts';
import { toUuid } from './record-shapes.ts';

/** A row to insert, with its place in the old store. */
export interface PlannedRow<T extends keyof Tables> {
  readonly place: string;
  readonly row: Insertable<Tables[T]>;
}

export interface ImportPlan {
  readonly users: readonly PlannedRow<'users'>[];
  readonly teams: readonly PlannedRow<'teams'>[];
  readonly team_members: readonly PlannedRow<'team_members'>[];
  readonly api_keys: readonly PlannedRow<'api_keys'>[];
  readonly deployments: readonly PlannedRow<'deployments'>[];
}

/** What the database knows already, as far as the old store touches it. */
export interface KnownRecords {
  /** User ids by lower-case address. */
  readonly userIdByEmail: ReadonlyMap<string, string>;
  readonly userIds: ReadonlySet<string>;
  readonly teamIds: ReadonlySet<string>;
  /** Team ids by key hash. */
  readonly teamIdByKeyHash: ReadonlyMap<string, string>;
}

/** Turns old records into rows; every reference and every uniqueness that fails is an error. */
export function planImport(
  store: OldStore,
  known: KnownRecords,
  now: Date,
): { readonly plan: ImportPlan; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const fail = (place: string, problem: string) => void errors.push(`${place}: ${problem}`);

  const seenIds = new Map<string, string>();
  const claim = (what: string, place: string) => {
    const first = seenIds.get(what);
    if (first) fail(place, `the same as ${first}`);
    else seenIds.set(what, place);
  };

  // A person who has an account already keeps it: old references lead there.
  const userIds = new Map<string, string>();
  const users = store.users.map(({ place, record }) => {
    const email = record.email.toLowerCase();
    const id = known.userIdByEmail.get(email) ?? toUuid('users', record.id);
    claim(`user ${record.id}`, place);
    claim(`address ${email}`, place);
    userIds.set(record.id, id);
    const createdAt = record.created_at ?? now;
    return {
      place,
      row: {
        id,
        email: record.email,
        name: record.name ?? null,
        password_hash: record.password_hash ?? null,
        created_at: createdAt,
        updated_at: record.updated_at ?? createdAt,
      },
    };
  });
  const findUser = (place: string, field: string, oldId: string): string => {
    const id = userIds.get(oldId) ?? toUuid('users', oldId);
    if (!userIds.has(oldId) && !known.userIds.has(id)) {
      fail(place, `${field}: there is no user ${oldId}`);
    }
    return id;
  };

  const teamIds = new Set(store.teams.map(({ record }) => record.id));
  const findTeam = (place: string, oldId: string): string => {
    const id = toUuid('teams', oldId);
    if (!teamIds.has(oldId) && !known.teamIds.has(id)) {
      fail(place, `team_id: there is no team ${oldId}`);
    }
    return id;
  };

  const members = [
    ...store.teams.flatMap(({ place, record }) =>
      record.members.map((member) => ({
        place,
        record: { ...member, team_id: record.id, invited_at: record.created_at },
      })),
    ),
    ...store.team_members,
  ];

  const teams = store.teams.flatMap(({ place, record }) => {
    claim(`team ${record.id}`, place);
    const ownerId =
      record.owner_id ??
      members.find(({ record: m }) => m.team_id === record.id && m.role === 'owner')?.record
        .user_id;
    if (ownerId === undefined) {
      fail(place, 'owner_id: the team has neither an owner nor a member with that role');
      return [];
    }
    return [
      {
        place,
        row: {
          id: toUuid('teams', record.id),
          name: record.name,
          owner_id: findUser(place, 'owner_id', ownerId),
          plan: record.plan,
          created_at: record.created_at ?? now,
        },
      },
    ];
  });

  // The owner is a member even where the old store did not say so; the first mention counts.
  const memberRows = new Map<string, PlannedRow<'team_members'>>();
  for (const { place, row } of teams) {
    memberRows.set(`${row.id} ${row.owner_id}`, {
      place,
      row: { team_id: row.id, user_id: row.owner_id, role: 'owner', invited_at: row.created_at },
    });
  }
  for (const { place, record } of members) {
    const team_id = findTeam(place, record.team_id);
    const user_id = findUser(place, 'user_id', record.user_id);
    const key = `${team_id} ${user_id}`;
    if (memberRows.has(key)) continue;
    // A team has one owner.
    const role = record.role === 'owner' ? 'admin' : record.role;
    const row = { team_id, user_id, role, invited_at: record.invited_at ?? now };
    memberRows.set(key, { place, row });
  }

  const api_keys = store.api_keys.map(({ place, record }) => {
    claim(`key ${record.id}`, place);
    claim(`key with hash ${record.key_hash}`, place);
    const team_id = findTeam(place, record.team_id);
    const knownTeam = known.teamIdByKeyHash.get(record.key_hash);
    if (knownTeam !== undefined && knownTeam !== team_id) {
      fail(place, 'key_hash: another team has this key already');
    }
    return {
      place,
      row: {
        id: toUuid('api_keys', record.id),
        team_id,
        name: record.name,
        key_hash: record.key_hash,
        key_prefix: record.key_prefix,
        mode: record.mode,
        scopes: ['*'],
        created_by: record.created_by ? findUser(place, 'created_by', record.created_by) : null,
        created_at: record.created_at ?? now,
        last_used_at: record.last_used_at ?? null,
        revoked_at: record.isRevoked ? (record.revoked_at ?? now) : null,
      },
    };
  });

  const deployments = store.deployments.map(({ place, record }) => {
    claim(`deployment ${record.id}`, place);
    return {
      place,
      row: {
        id: toUuid('deployments', record.id),
        team_id: findTeam(place, record.team_id),
        name: record.name,
        gpu_type: record.gpu_type ?? null,
        status: record.status,
        endpoint: record.endpoint ?? null,
        hourly_cost: record.hourly_cost ?? null,
        created_at: record.created_at ?? now,
        stopped_at: record.stopped_at ?? null,
      },
    };
  });

  const plan = { users, teams, team_members: [...memberRows.values()], api_keys, deployments };
  return { plan, errors };
}
