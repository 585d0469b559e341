import { StateStore } from '../state-store.ts';

const storageName = 'voiceflow.team';

interface TeamChoice {
  /** The team in which the person acts; undefined leaves it to the server. */
  readonly id: string | undefined;
  /** Whether the pages show it: what is done there is meant for it. */
  readonly shown: boolean;
  /** The person was taken out of a team that the pages had shown. */
  readonly lost: boolean;
}

export const teamChoiceStore = new StateStore<TeamChoice>({
  id: readStored(),
  shown: false,
  lost: false,
});

/** Goes over to a team, also with the next visit. */
export function chooseTeam(id: string): void {
  teamChoiceStore.update({ id, shown: false, lost: false });
  try {
    localStorage.setItem(storageName, id);
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
}

/** Keeps to the team that the server has answered with, as long as these pages show it. */
export function keepToTeam(id: string | undefined): void {
  teamChoiceStore.update({ id, shown: id !== undefined });
}

export function forgetTeam(): void {
  teamChoiceStore.update({ id: undefined, shown: false, lost: false });
  try {
    localStorage.removeItem(storageName);
  } catch {
    // Nothing was stored.
  }
}

/** The person does not belong to this team. */
export function loseTeam(lostId: string): void {
  const { id, shown } = teamChoiceStore.get();
  if (id !== lostId) return;
  forgetTeam();
  teamChoiceStore.update({ lost: shown });
}

/** The person has read of it. */
export function forgetTeamLoss(): void {
  teamChoiceStore.update({ lost: false });
}

function readStored(): string | undefined {
  try {
    return localStorage.getItem(storageName) ?? undefined;
  } catch {
    return undefined;
  }
}
