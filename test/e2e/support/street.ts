import type { temporaryDirectory } from '../../community/temporary-file.ts'

/** What one home loads and makes in each of two slots, in Wh. */
export interface StreetHome {
  load: number
  pv: number
}

/**
 * Writes a small community, `street.json`, and its two slots of measured power, for `mesh up --homes street.json`.
 *
 * @param homes by their names; each slot is like the other, so that nothing depends on which one is traded
 * @param area H3 cell
 */
export function writeStreet(
  files: ReturnType<typeof temporaryDirectory>,
  homes: Readonly<Record<string, StreetHome>>,
  area = '871f8d099ffffff',
): void {
  const names = Object.keys(homes)
  const community = {
    name: 'Street',
    data: 'street.csv',
    slotMinutes: 15,
    area,
    retailPrice: '0.30',
    feedInPrice: '0.08',
    homes: names.map((name) => ({
      name,
      load: `${name}_load_wh`,
      pv: `${name}_pv_wh`,
      kWp: 1,
      strategy: 'honest',
    })),
  }
  const rows = [
    ['time', ...names.flatMap((name) => [`${name}_load_wh`, `${name}_pv_wh`])],
    ...['00', '15'].map((minute) => [
      `2021-06-01T12:${minute}Z`,
      ...Object.values(homes).flatMap(({ load, pv }) => [load, pv]),
    ]),
  ]
  files.write('street.csv', rows.map((row) => row.join(',')).join('\n'))
  files.write('street.json', JSON.stringify(community))
}
