export { type TextPart, TextParts } from './text-parts.ts';
