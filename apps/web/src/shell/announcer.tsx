import { announcementStore } from '../announcements.ts';
import { useStore } from '../use-store.ts';

/** What a screen reader says once something is done. */
export function Announcer() {
  const { told, count } = useStore(announcementStore);
  return (
    <p aria-live="polite" className="sr-only">
      {/* The same words are said again only where something has changed. */}
      {told && <span key={count}>{told}</span>}
    </p>
  );
}
