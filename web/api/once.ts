/**
 * What `ask` answers, asked for once, and again after it failed or was to be forgotten.
 *
 * @example const network = once(() => get('/v1/network')); await network.get()
 */
export function once<T>(ask: () => Promise<T>): { get(): Promise<T>; forget(): void } {
  let known: Promise<T> | undefined
  return {
    get() {
      if (known !== undefined) return known
      const asked = ask()
      asked.catch(() => {
        if (known === asked) known = undefined
      })
      known = asked
      return asked
    },
    forget() {
      known = undefined
    },
  }
}
