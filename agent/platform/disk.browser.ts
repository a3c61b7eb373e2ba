import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { ConfigError } from '../../protocol/errors.ts'
import type * as disk from './disk.ts'

/** Files are pieces of text, in the order of their numbers. */
interface Schema extends DBSchema {
  pieces: { key: [path: string, number: number]; value: string }
}

/** A write is over when it is on disk, as fsync has it; browsers would say so earlier. */
const SAFELY = { durability: 'strict' } as const

let database: Promise<IDBPDatabase<Schema>> | undefined

export const readText: typeof disk.readText = async (path) => {
  const pieces = await (await open()).getAll('pieces', all(path))
  return pieces.length === 0 ? undefined : pieces.join('')
}

export const createText: typeof disk.createText = async (path, text) => {
  const writing = (await open()).transaction('pieces', 'readwrite', SAFELY)
  const isThere = (await writing.store.count(all(path))) > 0
  if (!isThere) await writing.store.put(text, [path, 0])
  await writing.done
  return !isThere
}

export const replaceText: typeof disk.replaceText = async (path, text) => {
  const writing = (await open()).transaction('pieces', 'readwrite', SAFELY)
  await writing.store.delete(all(path))
  await writing.store.put(text, [path, 0])
  await writing.done
}

export const openAppend: typeof disk.openAppend = async (path) => {
  const opened = await open()
  const last = await opened.transaction('pieces').store.openKeyCursor(all(path), 'prev')
  let next = (last?.key[1] ?? -1) + 1
  return {
    async append(text) {
      const writing = opened.transaction('pieces', 'readwrite', SAFELY)
      await writing.store.put(text, [path, next++])
      await writing.done
    },
    close: async () => undefined,
  }
}

/** @throws ConfigError `CONTEXT_INSECURE` where browsers have neither locks nor cryptography, on which more than files depends */
function open(): Promise<IDBPDatabase<Schema>> {
  if (!isSecureContext) throw insecure()
  const forget = () => {
    database = undefined
  }
  database ??= openDB<Schema>('@mesh/sdk', 1, {
    upgrade: (fresh) => void fresh.createObjectStore('pieces'),
    terminated: forget,
  })
  database.catch(forget)
  return database
}

/** Keys of all pieces of a file. */
function all(path: string): IDBKeyRange {
  return IDBKeyRange.bound([path, 0], [path, Number.POSITIVE_INFINITY])
}

function insecure(): ConfigError {
  return new ConfigError('CONTEXT_INSECURE', 'A page that came over plain HTTP cannot run an agent.', {
    field: 'location.origin',
    expected: 'https:, or this machine (http://localhost)',
    received: location.origin,
    remedy: 'Serve the page over TLS.',
  })
}
