import { MeshError } from '../../../protocol/errors.ts'

/** What a battery is; it does not change. */
export interface Battery {
  /** Most that it holds, in Wh. */
  capacityWh: number
  /** Most that it takes or gives, in watts. */
  powerW: number
  /** Of what it takes the part that it can give again, in percent, 1 to 100. */
  efficiency: number
}

/** What a battery can do in a slot, in Wh. */
export interface BatteryRange {
  storedWh: number
  /** Most that it can take, and give. */
  takesWh: number
  givesWh: number
}

/** Largest capacity and power: sums stay exact in a double. */
const MOST = 1_000_000_000

/**
 * Throws unless there can be such a battery.
 *
 * @throws MeshError `BATTERY_INVALID`
 */
export function checkBattery({ capacityWh, powerW, efficiency }: Battery, storedWh = 0): void {
  const isWithin = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
  const fault = (
    [
      ['capacityWh', capacityWh, 1, MOST],
      ['powerW', powerW, 1, MOST],
      ['efficiency', efficiency, 1, 100],
      ['storedWh', storedWh, 0, capacityWh],
    ] as const
  ).find(([, value, least, most]) => !isWithin(value, least, most))
  if (fault === undefined) return
  const [field, received, least, most] = fault
  throw new MeshError('BATTERY_INVALID', 'There can be no such battery.', {
    field,
    expected: `an integer from ${least} to ${most}`,
    received,
    remedy: 'Give capacity in Wh, power in watts, efficiency in percent.',
  })
}

/**
 * What a battery can do within so many seconds.
 *
 * @example rangeOf({ capacityWh: 5000, powerW: 2000, efficiency: 90 }, 4900, 900) // takes 111 Wh, gives 500
 */
export function rangeOf(
  { capacityWh, powerW, efficiency }: Battery,
  storedWh: number,
  seconds: number,
): BatteryRange {
  const most = Math.floor((powerW * seconds) / 3600)
  const room = Math.floor(((capacityWh - storedWh) * 100) / efficiency)
  return { storedWh, takesWh: Math.min(most, room), givesWh: Math.min(most, storedWh) }
}

/**
 * What a battery holds after it took (positive) or gave (negative) so much; a part of a Wh is lost with the rest of what
 * storing loses.
 *
 * @param wh within its {@link rangeOf}
 * @example storedAfter({ efficiency: 90 }, 0, 111) // 99
 */
export function storedAfter(
  { efficiency }: Pick<Battery, 'efficiency'>,
  storedWh: number,
  wh: number,
): number {
  return storedWh + (wh > 0 ? Math.floor((wh * efficiency) / 100) : wh)
}
