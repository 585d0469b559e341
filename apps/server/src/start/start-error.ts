/** A start that cannot succeed for a reason that the person at the terminal can act upon. */
export class StartError extends Error {}
