/** Hands bytes to the browser as a file. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes by the next minute; revoking at once would lose them.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
