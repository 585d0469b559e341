/** The longest text in its longest spelling (every character escaped) takes a quarter of this. */
export const maxJsonBytes = 256 * 1024;
/** What a client may announce; only text fields of a form are ever held in memory. */
export const maxFormBytes = 10 * 1024 * 1024;
/** A signed form is held in memory as a whole until its signature is checked. */
export const maxSignedFormBytes = 1024 * 1024;
