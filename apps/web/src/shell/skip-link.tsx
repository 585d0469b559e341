/** No `href="#content"`: behind the `#` of a mailed link stands its token. */
export function SkipLink() {
  return (
    <button
      type="button"
      onClick={() => document.getElementById('content')?.focus()}
      className="sr-only top-2 left-2 z-30 rounded-sm bg-primary px-4 py-3 font-medium text-on-primary focus:not-sr-only focus:fixed"
    >
      Skip to the content
    </button>
  );
}
