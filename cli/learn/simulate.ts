import { fileURLToPath } from 'node:url'
import {
  type AttackName,
  attacks,
  type Examples,
  finalAccuracy,
  type NamedAttack,
  type SimulatedRound,
  type Split,
  simulateLearning,
} from '../../agent/index.ts'
import { simulateInThreads } from '../../community/learning-threads.ts'
import { packageRoot } from '../../community/package-root.ts'
import { readDigits } from '../../community/read-digits.ts'
import { hasMnist, readMnist } from '../../community/read-idx.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { counted, percent } from '../format.ts'
import { Progress } from '../replay/progress.ts'
import { table } from '../table.ts'
import { type PrivacyOptions, privacyOf, privacyText, type SimulatedPrivacy } from './privacy.ts'
import { type RuleSettings, takeRule } from './rule-settings.ts'

export interface SimulateOptions extends PrivacyOptions, RuleSettings {
  data?: string
  clients: number
  byzantine: number
  attack?: string
  rule: string
  split: Split
  rounds: number
  seed: number
  fraction: number
  hidden: number[]
  batchSize: number
  learningRate: number
  workers: number
  json?: boolean
}

/** The digits that ship. */
const SHIPPED_DIGITS = fileURLToPath(new URL('data/learning', packageRoot))

/** Milliseconds after which it is told how far a simulation has come. */
const QUIET = 2000

/** Simulates learning under attack, and prints how good the model was after each round. @throws ConfigError */
export async function simulate(options: SimulateOptions): Promise<void> {
  const attack = readAttack(options)
  checkByzantine(options)
  const { aggregate, others } = takeRule(options)
  const { workers, data = SHIPPED_DIGITS, ...settings } = others
  const pictures = hasMnist(data) ? readMnist(data) : readDigits(data)
  const privacy = privacyOf(options, aggregate)
  const simulation = {
    ...settings,
    ...pictures,
    attack,
    rule: privacy?.rule ?? aggregate,
    trigger: cornerOf(pictures.training),
  }
  const progress = new Progress(process.stderr, options.rounds, QUIET)
  const rounds: SimulatedRound[] = []
  try {
    const running = workers > 1 ? simulateInThreads(simulation, workers) : simulateLearning(simulation)
    for await (const round of running) {
      rounds.push(round)
      progress.advance('round', `accuracy ${percent(round.accuracy)}`)
    }
  } finally {
    progress.end()
  }
  console.log(options.json ? toJson(options, attack, rounds, privacy) : toText(options, rounds, privacy))
}

/** Pixels that a backdoor lights: the two by two at the bottom right of square pictures. */
function cornerOf({ inputs, rows }: Examples): number[] {
  const count = inputs.length / rows
  const side = Math.round(Math.sqrt(count))
  return [side + 2, side + 1, 2, 1].map((before) => count - before)
}

/** `sign-flip:10` in its parts. */
function readAttack({ attack, byzantine }: SimulateOptions) {
  const names = Object.keys(attacks)
  const expected = `one of: ${names.join(', ')}`
  if (attack === undefined) {
    if (byzantine === 0) return undefined
    throw attackError(expected, 'nothing', `Say what the ${byzantine} who attack do.`)
  }
  const [, name = '', strength] = /^([a-z-]+)(?::(\d+(?:\.\d+)?))?$/.exec(attack) ?? []
  if (!names.includes(name)) {
    throw attackError(
      expected,
      attack,
      'Choose one, with its strength behind it where it has one: sign-flip:10',
    )
  }
  const known: NamedAttack = attacks[name as AttackName]
  return { name: name as AttackName, strength: strength === undefined ? known.strength : Number(strength) }
}

function attackError(expected: string, received: string, remedy: string): ConfigError {
  return new ConfigError('ATTACK_UNKNOWN', 'It is not clear what those who attack do.', {
    field: '--attack',
    expected,
    received,
    remedy,
  })
}

function checkByzantine({ byzantine, clients }: SimulateOptions): void {
  if (2 * byzantine < clients) return
  throw new ConfigError(
    'OPTION_INVALID',
    'There are too many who attack: no rule withstands half of the clients.',
    {
      field: '--byzantine',
      expected: `fewer than half of ${clients} clients`,
      received: byzantine,
      remedy: 'Let fewer attack, or more take part.',
    },
  )
}

function toJson(
  options: SimulateOptions,
  attack: ReturnType<typeof readAttack>,
  rounds: readonly SimulatedRound[],
  privacy: SimulatedPrivacy | undefined,
) {
  const { clients, byzantine, rule, split, seed, fraction, hidden, batchSize, learningRate } = options
  const report = {
    clients,
    byzantine,
    attack: attack?.name ?? null,
    strength: attack?.strength ?? null,
    rule,
    split,
    seed,
    fraction,
    hidden,
    batchSize,
    learningRate,
    ...(privacy && { privacy: privacy.report }),
    accuracy: finalAccuracy(rounds),
    rounds,
  }
  return JSON.stringify(report, undefined, 2)
}

function toText(
  options: SimulateOptions,
  rounds: readonly SimulatedRound[],
  privacy: SimulatedPrivacy | undefined,
): string {
  const { clients, byzantine, attack, rule, split, seed, fraction } = options
  const hasBackdoor = rounds.some(({ backdoor }) => backdoor !== undefined)
  const rows = rounds.map(({ round, accuracy, backdoor, refused, isVoid }) => [
    String(round),
    percent(accuracy),
    ...(hasBackdoor ? [percent(backdoor ?? 0)] : []),
    [...(refused === 0 ? [] : [`${refused} refused`]), ...(isVoid ? ['void'] : [])].join(', '),
  ])
  const attackers =
    byzantine === 0 ? 'none attacks' : `${byzantine} attack${byzantine === 1 ? 's' : ''} by ${attack}`
  const header = ['round', 'accuracy', ...(hasBackdoor ? ['backdoor'] : []), '']
  const voids = rounds.filter(({ isVoid }) => isVoid).length
  const refused = rounds.reduce((sum, round) => sum + round.refused, 0)
  return [
    `${counted(clients, 'client')}${fraction === 1 ? '' : `, ${fraction} of them a round`}, ${attackers}; ${rule}, ${split}, seed ${seed}`,
    '',
    table(
      [header, ...rows],
      header.map(() => 'right'),
    ),
    '',
    `accuracy ${percent(finalAccuracy(rounds))}, the mean of the last ${Math.min(rounds.length, 5)} rounds`,
    ...(refused === 0 ? [] : [`${counted(refused, 'update')} refused: a value was no longer finite`]),
    ...(privacy === undefined ? [] : [privacyText(privacy.report)]),
    ...(voids === 0
      ? []
      : [`${counted(voids, 'round')} void: nothing came of it, and the model stayed as it was`]),
  ].join('\n')
}
