/** One event as `text/event-stream` spells it. */
export function formatEvent(told: { event: string; id?: string; data: unknown }): string {
  const id = told.id === undefined ? '' : `id: ${told.id}\n`;
  return `event: ${told.event}\n${id}data: ${JSON.stringify(told.data)}\n\n`;
}
