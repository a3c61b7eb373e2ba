import { Counter, Gauge, type Registry } from 'prom-client'

/** A gauge that is looked up when somebody asks. @param read undefined: it is not told */
export function lookedUp(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | undefined | Promise<number | undefined>,
): void {
  new Gauge({
    ...{ name, help, registers: [registry] },
    async collect() {
      const value = await read()
      if (value === undefined) this.remove()
      else this.set(value)
    },
  })
}

/** A value with what tells it from others of the same name. */
export type Labelled<L extends string> = readonly [labels: Record<L, string>, value: number]

/** As {@link lookedUp}, for one gauge of several values. */
export function lookedUpAll<L extends string>(
  registry: Registry,
  { name, help, labels }: { name: string; help: string; labels: L[] },
  read: () => Labelled<L>[],
): void {
  new Gauge<L>({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset()
      for (const [of, value] of read()) this.set(of, value)
    },
  })
}

/** As {@link lookedUpAll}, for what is counted elsewhere; where that begins anew, as a process that is started again does. */
export function counted<L extends string>(
  registry: Registry,
  { name, help, labels }: { name: string; help: string; labels: L[] },
  read: () => Labelled<L>[],
): void {
  new Counter<L>({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset()
      for (const [of, value] of read()) this.inc(of, value)
    },
  })
}
