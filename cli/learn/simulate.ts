import { fileURLToPath } from 'node:url'
import {
  type AttackName,
  aggregationRule,
  attacks,
  finalAccuracy,
  type NamedAttack,
  type SimulatedRound,
  type Split,
  simulateLearning,
} from '../../agent/index.ts'
import { packageRoot } from '../../community/package-root.ts'
import { readDigits } from '../../community/read-digits.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { counted, percent } from '../format.ts'
import { Progress } from '../replay/progress.ts'
import { table } from '../table.ts'
import { type PrivacyOptions, privacyOf, privacyText, type SimulatedPrivacy } from './privacy.ts'

export interface SimulateOptions extends PrivacyOptions {
  data?: string
  clients: number
  byzantine: number
  attack?: string
  rule: string
  split: Split
  rounds: number
  seed: number
  json?: boolean
}

/** The digits that ship. */
const SHIPPED_DIGITS = fileURLToPath(new URL('data/learning', packageRoot))

/** Pixels that a backdoor lights: the two by two at the bottom right. */
const TRIGGER = [54, 55, 62, 63]

/** Milliseconds after which it is told how far a simulation has come. */
const QUIET = 2000

/** Simulates learning under attack, and prints how good the model was after each round. @throws ConfigError */
export function simulate(options: SimulateOptions): void {
  const attack = readAttack(options)
  checkByzantine(options)
  const rule = aggregationRule(options.rule)
  const privacy = privacyOf(options, rule)
  const simulation = {
    ...options,
    ...readDigits(options.data ?? SHIPPED_DIGITS),
    attack,
    rule: privacy?.rule ?? rule,
    trigger: TRIGGER,
  }
  const progress = new Progress(process.stderr, options.rounds, QUIET)
  const rounds: SimulatedRound[] = []
  try {
    for (const round of simulateLearning(simulation)) {
      rounds.push(round)
      progress.advance('round', `accuracy ${percent(round.accuracy)}`)
    }
  } finally {
    progress.end()
  }
  console.log(options.json ? toJson(options, attack, rounds, privacy) : toText(options, rounds, privacy))
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
  const { clients, byzantine, rule, split, seed } = options
  const report = {
    clients,
    byzantine,
    attack: attack?.name ?? null,
    strength: attack?.strength ?? null,
    rule,
    split,
    seed,
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
  const { clients, byzantine, attack, rule, split, seed } = options
  const hasBackdoor = rounds.some(({ backdoor }) => backdoor !== undefined)
  const rows = rounds.map(({ round, accuracy, backdoor, isVoid }) => [
    String(round),
    percent(accuracy),
    ...(hasBackdoor ? [percent(backdoor ?? 0)] : []),
    isVoid ? 'void' : '',
  ])
  const attackers =
    byzantine === 0 ? 'none attacks' : `${byzantine} attack${byzantine === 1 ? 's' : ''} by ${attack}`
  const header = ['round', 'accuracy', ...(hasBackdoor ? ['backdoor'] : []), '']
  const voids = rounds.filter(({ isVoid }) => isVoid).length
  return [
    `${counted(clients, 'client')}, ${attackers}; ${rule}, ${split}, seed ${seed}`,
    '',
    table(
      [header, ...rows],
      header.map(() => 'right'),
    ),
    '',
    `accuracy ${percent(finalAccuracy(rounds))}, the mean of the last ${Math.min(rounds.length, 5)} rounds`,
    ...(privacy === undefined ? [] : [privacyText(privacy.report)]),
    ...(voids === 0
      ? []
      : [`${counted(voids, 'round')} void: an update was no longer finite, and the model stayed as it was`]),
  ].join('\n')
}
