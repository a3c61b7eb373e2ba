import { type Logger, pino } from 'pino'
import type { LogLevel } from './logging.ts'

/** What a URL may hold secrets in: user, password, path, query and fragment. */
const SECRETS = /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#"'\\@]*@)?([^\s/?#"'\\,;)]+)([/?#][^\s"'\\,;)]*)?/gi

/** A line of a log without what URLs hold beside scheme, host and port: providers of chains put keys there, and errors tell URLs. */
export function withoutSecrets(line: string): string {
  return line.replace(SECRETS, (_all, scheme: string, host: string, rest?: string) =>
    rest === undefined || rest === '/' ? `${scheme}${host}${rest ?? ''}` : `${scheme}${host}/…`,
  )
}

/** A log of JSON lines, none of which holds a secret of a URL. @param to a file, which is made, or standard error when absent */
export function openLog(level: LogLevel, to?: string): Logger {
  const destination = pino.destination(to === undefined ? 2 : { dest: to, mkdir: true, sync: true })
  return pino({ level, hooks: { streamWrite: withoutSecrets } }, destination)
}
