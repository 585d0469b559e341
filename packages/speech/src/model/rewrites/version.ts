/** Part of every cache key: raise it when a rewrite changes what it makes. */
export const rewriterVersion = 9;
