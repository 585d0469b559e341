const databaseName = 'voiceflow.leases';
const storeName = 'leases';
/** Longer than a call takes; a tab that is closed meanwhile keeps the others waiting for this long. */
const leaseMs = 10_000;
const pollMs = 50;

/**
 * Does `work` while no other tab does work of this name, where the browser has no locks: the turn is
 * a lease in its database, whose transactions exclude each other across tabs. Where that is blocked
 * too, nothing keeps tabs apart.
 */
export async function holdLease(name: string, work: () => Promise<void>): Promise<void> {
  const database = await openDatabase().catch(() => undefined);
  if (!database) return work();
  try {
    let endsAtMs = await takeLease(database, name);
    while (endsAtMs === undefined) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      endsAtMs = await takeLease(database, name);
    }
    await work().finally(() => endLease(database, name, endsAtMs));
  } finally {
    database.close();
  }
}

/** When the lease that was taken ends; undefined where another tab has it. */
async function takeLease(database: IDBDatabase, name: string): Promise<number | undefined> {
  const nowMs = Date.now();
  const endsAtMs = nowMs + leaseMs;
  const replaced = await replaceLease(database, name, (known) => known <= nowMs, endsAtMs);
  return replaced ? endsAtMs : undefined;
}

/** Unless it ran out, and is another tab's. One that cannot be ended runs out. */
async function endLease(database: IDBDatabase, name: string, endsAtMs: number): Promise<void> {
  await replaceLease(database, name, (known) => known === endsAtMs, 0).catch(() => {});
}

function replaceLease(
  database: IDBDatabase,
  name: string,
  mayReplace: (knownEndsAtMs: number) => boolean,
  endsAtMs: number,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(storeName, 'readwrite');
    const store = transaction.objectStore(storeName);
    let replaced = false;
    const reading = store.get(name);
    reading.onsuccess = () => {
      replaced = mayReplace(Number(reading.result ?? 0));
      if (replaced) store.put(endsAtMs, name);
    };
    transaction.oncomplete = () => resolve(replaced);
    transaction.onabort = () => reject(transaction.error);
  });
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}
