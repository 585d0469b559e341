import { keepPage } from './generated-page.ts';
import { renderRolesPage } from './roles-page.ts';

await keepPage('security/roles.md', renderRolesPage(), 'docs:roles');
