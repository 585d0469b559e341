import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { HomeLink } from './home-link.tsx';
import { Sidebar } from './sidebar.tsx';

/** The bar of a narrow screen, and the menu that slides over the page. */
export function MenuDrawer() {
  const drawer = useRef<HTMLDialogElement>(null);
  const router = useRouter();
  useEffect(() => router.subscribe('onBeforeNavigate', () => drawer.current?.close()), [router]);
  return (
    <header className="flex items-center gap-2 border-b border-border bg-surface px-2 py-2 sm:px-4 lg:hidden">
      <Button
        look="quiet"
        size="largeIcon"
        aria-label="Menu"
        aria-haspopup="dialog"
        onClick={() => drawer.current?.showModal()}
      >
        <Icon name="menu" size={24} />
      </Button>
      <HomeLink />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it; the keyboard has Escape and the button */}
      <dialog
        ref={drawer}
        aria-label="Menu"
        onClick={(event) => {
          if (event.target === event.currentTarget) event.currentTarget.close();
        }}
        className="drawer"
      >
        <Button
          look="quiet"
          size="largeIcon"
          aria-label="Close the menu"
          className="absolute top-2 right-2"
          onClick={() => drawer.current?.close()}
        >
          <Icon name="close" size={24} />
        </Button>
        <Sidebar />
      </dialog>
    </header>
  );
}
