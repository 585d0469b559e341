import { renderErrorsPage } from './errors-page.ts';
import { keepPage } from './generated-page.ts';

await keepPage('reference/errors.md', renderErrorsPage(), 'docs:errors');
