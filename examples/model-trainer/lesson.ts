import { type Examples, mlp, sgd, type TaskTerms, type Trainer, train, uniformDraws } from '@mesh/sdk'
import { wrongFile } from '../support/files.ts'

const [PIXELS, DARKEST, DIGITS] = [64, 16, 10]
const LAYERS = [PIXELS, 32, DIGITS]
/** Seconds of each phase of the round: enough on a busy machine. Rounds among strangers take minutes. */
const PHASE = 20

/**
 * Reads lines of 64 pixels, from 0 to 16, and the digit that they show.
 *
 * @throws ConfigError `FILE_INVALID`, which names the line
 */
export function readDigits(text: string, file: string): Examples {
  const lines = text.trimEnd().split(/\r?\n/)
  const inputs = new Float32Array(lines.length * PIXELS)
  const targets = new Float32Array(lines.length)
  for (const [row, line] of lines.entries()) {
    const cells = line.split(',')
    const values = cells.map((cell) => (/^\d{1,2}$/.test(cell) ? Number(cell) : Number.NaN))
    const digit = values.pop() ?? Number.NaN
    if (values.length !== PIXELS || !values.every((value) => value <= DARKEST) || !(digit < DIGITS)) {
      const expected = '64 pixels from 0 to 16 and a digit'
      throw wrongFile(file, { place: `line ${row + 1}`, expected, received: line })
    }
    inputs.set(
      values.map((value) => value / DARKEST),
      row * PIXELS,
    )
    targets[row] = digit
  }
  return { rows: lines.length, inputs, targets }
}

/** Trains on digits of its own, for an epoch: what goes away is by how much each parameter changes, and never a digit. */
export function trainerOn(own: Examples, seed: number): Trainer {
  return ({ model, parameters }) => {
    const local = { epochs: 1, batchSize: 16, optimiser: sgd(0.1) }
    const trained = train(model, parameters, own, local, uniformDraws(seed))
    return trained.map((value, index) => value - (parameters[index] ?? 0))
  }
}

/** What a requester offers: ten test dollars for a model that tells digits, scored on digits that it keeps to itself. */
export function termsOf(hiddenSet: Examples, participants: number, panel: number): TaskTerms {
  const network = { kind: 'mlp', layers: LAYERS } as const
  const parameters = mlp(LAYERS).initialise(uniformDraws(1))
  return {
    model: { network, parameters, scale: 2 ** 20, damping: 20, maxNorm: 1 },
    hiddenSet,
    ...{ reward: 10_000_000n, evaluationFee: 900_000n, aggregationFee: 100_000n },
    ...{ participantStake: 1_000_000n, evaluatorStake: 1_000_000n },
    ...{ rule: 'clipped-mean', maxParticipants: participants, panel, clip: 10 },
    phases: { commit: PHASE, reveal: PHASE, attest: PHASE, score: PHASE, close: PHASE },
  }
}
