/** What a member can become; the owner's role is handed over. */
export const guestRoles = [
  { value: 'admin', label: 'Admin', note: 'looks after the team' },
  { value: 'developer', label: 'Developer', note: 'makes speech and keys' },
  { value: 'viewer', label: 'Viewer', note: 'looks on' },
] as const;

export type GuestRole = (typeof guestRoles)[number]['value'];

/** In the midst of a sentence. */
export function withArticle(role: string): string {
  return /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`;
}
