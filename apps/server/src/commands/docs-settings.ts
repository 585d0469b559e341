import { keepPage } from './generated-page.ts';
import { renderSettingsPage } from './settings-page.ts';

await keepPage('reference/settings.md', renderSettingsPage(), 'docs:settings');
