const storageName = 'voiceflow.team';

let chosen = readStored();

/** The team in which the person acts; undefined leaves it to the server. */
export function readTeam(): string | undefined {
  return chosen;
}

export function chooseTeam(id: string): void {
  chosen = id;
  try {
    localStorage.setItem(storageName, id);
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
}

/** Whether there was a choice. */
export function forgetTeam(): boolean {
  const known = chosen !== undefined;
  chosen = undefined;
  try {
    localStorage.removeItem(storageName);
  } catch {
    // Nothing was stored.
  }
  return known;
}

function readStored(): string | undefined {
  try {
    return localStorage.getItem(storageName) ?? undefined;
  } catch {
    return undefined;
  }
}
