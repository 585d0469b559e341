import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../announcements.ts';
import { type Problem, problemOf } from '../../api/problem.ts';
import { changeRole, type Member, removeMember } from '../../api/teams.ts';
import { Card } from '../../components/card.tsx';
import { ConfirmButton } from '../../components/dialog-button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Select } from '../../components/select.tsx';
import { Time } from '../../components/time.tsx';
import { useSession } from '../identity/session.ts';
import { LeaveButton } from './leave-card.tsx';
import { type GuestRole, guestRoles } from './roles.ts';
import { membersQueryKey, useMembers } from './use-members.ts';
import { usePermissions } from './use-permissions.ts';

export function MembersCard({ teamId }: { teamId: string }) {
  const members = useMembers(teamId);
  return (
    <Card title="Members" lead="Who is removed loses the team within a second.">
      <QueryState query={members} what="the members">
        {(list) => (
          <ul className="-my-3 divide-y divide-border">
            {list.map((member) => (
              <MemberRow key={member.user_id} teamId={teamId} member={member} />
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}

function MemberRow({ teamId, member }: { teamId: string; member: Member }) {
  const queryClient = useQueryClient();
  const { data: session } = useSession();
  const { may } = usePermissions();
  const { user_id: userId, email, role } = member;
  const name = member.name ?? email;
  const isMe = session?.kind === 'person' && session.me.id === userId;
  const refresh = () => queryClient.invalidateQueries({ queryKey: membersQueryKey(teamId) });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">
          {name}
          {isMe && <span className="font-normal text-muted"> (you)</span>}
        </p>
        <p className="text-sm break-words text-muted">
          {member.name !== null && `${email} · `}since <Time at={member.joined_at} />
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {may('members.update') && role !== 'owner' && !isMe ? (
          <RoleChoice
            name={name}
            role={role}
            change={async (next) => {
              await changeRole(teamId, userId, next);
              await refresh();
              announce('The role was changed.');
            }}
          />
        ) : (
          <span className="rounded-full bg-primary-soft px-3 py-1 text-sm font-medium text-primary">
            {role}
          </span>
        )}
        {may('members.remove') && role !== 'owner' && !isMe && (
          <ConfirmButton
            label="Remove"
            describedBy={`Remove ${name}`}
            title={`Remove ${name}?`}
            told="They lose the team at once, and the keys that they made here stop."
            action={async () => {
              await removeMember(teamId, userId);
              await refresh();
              announce('The member was removed.');
            }}
          />
        )}
        {isMe && role !== 'owner' && <LeaveButton teamId={teamId} userId={userId} />}
      </div>
    </li>
  );
}

interface RoleChoiceProps {
  name: string;
  role: string;
  change: (role: GuestRole) => Promise<void>;
}

function RoleChoice({ name, role, change }: RoleChoiceProps) {
  const [problem, setProblem] = useState<Problem>();
  const known = guestRoles.find(({ value }) => value === role);
  if (!known) return role;
  return (
    <>
      <Select
        compact
        label={`Role of ${name}`}
        options={guestRoles}
        value={known.value}
        onChange={(next) => {
          setProblem(undefined);
          change(next).catch((error: unknown) => setProblem(problemOf(error)));
        }}
      />
      {problem && (
        <div className="w-full">
          <ProblemNote problem={problem} />
        </div>
      )}
    </>
  );
}
