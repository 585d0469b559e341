// Runs before the first paint, so that a chosen scheme never flashes the other one.
try {
  const scheme = localStorage.getItem('voiceflow.color-scheme');
  if (scheme === 'light' || scheme === 'dark')
    document.documentElement.dataset.colorScheme = scheme;
} catch {
  // Storage is blocked: the system's scheme applies.
}
