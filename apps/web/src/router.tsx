import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  stripSearchParams,
} from '@tanstack/react-router';
import { PageHeader } from './components/page-header.tsx';
import { PlaygroundPage } from './features/playground/playground-page.tsx';
import { defaultSettings, parseSettings } from './features/playground/settings.ts';

const root = createRootRoute({
  component: () => (
    <div className="flex min-h-dvh flex-col">
      <PageHeader />
      <Outlet />
    </div>
  ),
  errorComponent: ({ error }) => (
    <main className="mx-auto max-w-6xl p-6">
      <h1 className="text-2xl">This page broke</h1>
      <p className="mt-2">
        {error instanceof Error ? error.message : String(error)}.{' '}
        <a href="/" className="text-primary underline">
          Load it anew
        </a>
      </p>
    </main>
  ),
  notFoundComponent: () => (
    <main className="mx-auto max-w-6xl p-6">
      <h1 className="text-2xl">There is no such page</h1>
      <p className="mt-2">
        <a href="/" className="text-primary underline">
          To the playground
        </a>
      </p>
    </main>
  ),
});

const playground = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: PlaygroundPage,
  validateSearch: parseSettings,
  search: { middlewares: [stripSearchParams(defaultSettings)] },
});

export const router = createRouter({ routeTree: root.addChildren([playground]) });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
