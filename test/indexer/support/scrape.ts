/** What a server says at `/metrics`. */
export interface Scrape {
  text: string
  /** Names of all series, as queries have them: a histogram has three. */
  names: ReadonlySet<string>
  /** One value; undefined when there is none such. @param series as the text has it, e.g. `up{job="mesh"}` */
  value(series: string): number | undefined
  /** All values of one name, by what stands between its braces. */
  all(name: string): Record<string, number>
}

export async function scrape(url: string | undefined): Promise<Scrape> {
  const response = await fetch(url ?? '')
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`)
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const found = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)/.exec(line)
    if (found?.[1] !== undefined) values.set(found[1], Number(found[2]))
  }
  const nameOf = (series: string) => series.split('{')[0] ?? ''
  return {
    text,
    names: new Set([...values.keys()].map(nameOf)),
    value: (series) => values.get(series),
    all: (name) =>
      Object.fromEntries(
        [...values]
          .filter(([series]) => nameOf(series) === name)
          .map(([series, value]) => [series.slice(name.length + 1, -1), value]),
      ),
  }
}
