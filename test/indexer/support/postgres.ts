import { fork } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'

let server: Promise<string> | undefined
let databases = 0

/**
 * A new, empty database of a real PostgreSQL, which is started when it is first asked for and ends with this process.
 *
 * @returns its URL
 */
export async function emptyDatabase(): Promise<string> {
  server ??= startServer()
  const socket = await server
  const name = `test_${databases++}`
  const client = new pg.Client(urlOf(socket, 'postgres'))
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return urlOf(socket, name)
}

function urlOf(socket: string, database: string): string {
  return `postgres://mesh@localhost/${database}?host=${socket}`
}

/** @returns the folder of its socket */
async function startServer(): Promise<string> {
  const child = fork(new URL('./postgres-process.ts', import.meta.url))
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with code ${code}`)))
  const told = once(child, 'message') as Promise<[{ socket?: string; error?: string }]>
  const [{ socket, error }] = await Promise.race([told, ended])
  ended.catch(() => {})
  if (socket === undefined) throw new Error(error)
  child.unref()
  child.channel?.unref()
  return socket
}
