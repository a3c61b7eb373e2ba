import { epsilonOf, noiseFor } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'

export interface EpsilonOptions {
  noise?: number
  target?: number
  rate: number
  rounds: number
  delta: number
  local?: boolean
  json?: boolean
}

/** Against who sees one client's updates, they move by twice the norm. */
const LOCAL_REACH = 2

/** Prints the epsilon of some noise, or the noise of an epsilon. @throws ConfigError */
export function printEpsilon(options: EpsilonOptions): void {
  const { rate, rounds, delta, local = false } = options
  if (local && rate !== 1) {
    throw new ConfigError(
      'OPTION_UNUSED',
      'Sampling does not hide who took part from those who see the updates.',
      {
        field: '--rate',
        expected: 'none with --local',
        received: rate,
        remedy: 'Leave it out, and count the rounds that one client takes part in.',
      },
    )
  }
  const reach = local ? LOCAL_REACH : 1
  const noise = noiseOf(options, reach)
  const { epsilon, order } = epsilonOf({ noiseMultiplier: noise / reach, samplingRate: rate, rounds }, delta)
  const report = { where: local ? 'local' : 'central', noise, rate, rounds, delta, epsilon, order }
  console.log(options.json ? JSON.stringify(report) : toText(report))
}

function noiseOf({ noise, target, rate, rounds, delta }: EpsilonOptions, reach: number): number {
  if (target === undefined && noise !== undefined) return noise
  if (target !== undefined && noise === undefined) {
    return reach * noiseFor({ epsilon: target, delta, samplingRate: rate, rounds })
  }
  throw new ConfigError('OPTION_MISSING', 'Epsilon follows from the noise, or the noise from epsilon.', {
    field: '--noise',
    expected: '--noise or --target, one of them',
    received: noise === undefined ? 'neither' : 'both',
    remedy: 'Give one of them.',
  })
}

function toText(report: {
  where: string
  noise: number
  rate: number
  rounds: number
  delta: number
  epsilon: number
  order: number
}) {
  const { where, noise, rate, rounds, delta, epsilon, order } = report
  return [
    `epsilon ${epsilon.toFixed(4)} for a delta of ${delta} (order ${order})`,
    `${where}: noise ${noise.toPrecision(6)}, rate ${rate}, rounds ${rounds}`,
  ].join('\n')
}
