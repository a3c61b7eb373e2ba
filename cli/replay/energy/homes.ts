import { checkBattery, type SimulatedHome, type SlotStrategy, truthful } from '../../../agent/index.ts'
import { parseMoney } from '../../../community/money.ts'
import { slotStrategy } from '../../../community/slot-strategy.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import type { EnergyOptions } from './input.ts'

/** A home with what it is called, and what its strategy is. */
export interface NamedHome extends SimulatedHome {
  name: string
  strategyName: string
}

/** Of what strategies draw. */
export const DEFAULT_SEED = 1
/** Percent of what a battery takes that it gives again, where nobody says. */
const EFFICIENCY = 90

/**
 * What the options say of each home. The last one that is for a home counts.
 *
 * @throws ConfigError where an option names no home of these, or its value cannot be used.
 */
export async function homesOf(names: readonly string[], options: EnergyOptions): Promise<NamedHome[]> {
  const strategies = perHome('--strategy', names, options.strategy)
  const batteries = perHome('--battery', names, options.battery)
  const tariffs = perHome('--tariff', names, options.tariff)
  // Who may be wrong has reason to hedge.
  const usual = options.forecast === undefined ? 'truthful' : 'hedged'
  const loaded = new Map<string, SlotStrategy>()
  for (const name of new Set([usual, ...strategies.values()])) {
    loaded.set(name, await slotStrategy(name, options.seed ?? DEFAULT_SEED))
  }
  return names.map((name) => {
    const strategyName = strategies.get(name) ?? usual
    const [battery, tariff] = [batteries.get(name), tariffs.get(name)]
    return {
      name,
      strategyName,
      label: `${name} (${strategyName})`,
      strategy: loaded.get(strategyName) ?? truthful,
      battery: battery === undefined ? undefined : batteryOf(battery),
      tariff: tariff === undefined ? undefined : parseMoney(tariff, '--tariff'),
    }
  })
}

/** The value for each home of `VALUE`, which is for all, and `HOME=VALUE`. */
function perHome(
  option: string,
  names: readonly string[],
  specs: readonly string[] = [],
): Map<string, string> {
  const values = new Map<string, string>()
  for (const spec of specs) {
    const [, home, own] = /^([A-Za-z0-9_-]{1,48})=(.*)$/s.exec(spec) ?? []
    if (home !== undefined && !names.includes(home)) {
      throw new ConfigError('HOME_UNKNOWN', 'There is no such home.', {
        field: option,
        expected: `one of ${names.join(', ')}`,
        received: home,
        remedy: 'Name a home of the data, or leave it out for all of them.',
      })
    }
    for (const name of home === undefined ? names : [home]) values.set(name, own ?? spec)
  }
  return values
}

/** `CAPACITY:POWER[:EFFICIENCY]`, empty at first. */
function batteryOf(text: string): SimulatedHome['battery'] {
  const [, capacity, power, efficiency = EFFICIENCY] =
    /^(\d{1,10}):(\d{1,10})(?::(\d{1,3}))?$/.exec(text) ?? []
  if (capacity === undefined) {
    throw new ConfigError('BATTERY_INVALID', 'There can be no such battery.', {
      field: '--battery',
      expected: 'Wh, watts and, if not 90, percent of what is stored that comes back, such as 5000:2500:90',
      received: text,
      remedy: 'Write it like that, in integers.',
    })
  }
  const battery = { capacityWh: Number(capacity), powerW: Number(power), efficiency: Number(efficiency) }
  checkBattery(battery)
  return { ...battery, storedWh: 0 }
}
