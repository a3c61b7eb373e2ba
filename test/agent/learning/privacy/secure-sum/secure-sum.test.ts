import { expect } from 'chai'
import fc from 'fast-check'
import { type Address, SecureSumServer, secureSumSession } from '../../../../../agent/index.ts'
import { ConfigError, RefusedError } from '../../../../../protocol/errors.ts'
import { SEED } from '../../../../seed.ts'
import { chiSquareDeviations } from '../support.ts'
import { addressOf, participantsOf, plainSum, runSum, sessionOf, verify } from './support.ts'

/** The error of a promise. */
async function faultOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** Sums with drop-outs: how many take part, what each has, and how many steps each does. */
const sums = fc.integer({ min: 3, max: 8 }).chain((count) =>
  fc.record({
    inputs: fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 5 }), {
      minLength: count,
      maxLength: count,
    }),
    stepsDone: fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 5, 5, 5, 5), {
      minLength: count,
      maxLength: count,
    }),
    threshold: fc.integer({ min: Math.floor(count / 2) + 1, max: count }),
    seed: fc.nat(),
  }),
)

describe('secure sum', function () {
  this.timeout(60_000)

  it(`is exactly the sum of the survivors' inputs, or refused below the threshold, whoever drops out when (seed ${SEED})`, async () => {
    const seen = { exact: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(sums, async ({ inputs, stepsDone, threshold, seed }) => {
        const session = sessionOf(inputs.length, { threshold })
        const vectors = inputs.map((input) => Int32Array.from(input))
        const left = [1, 2, 3, 4, 5].map((step) => stepsDone.filter((done) => done >= step).length)
        const run = runSum(session, vectors, stepsDone, seed)
        if (left.every((count) => count >= threshold)) {
          const { values, survivors } = await run
          const stayed = [...vectors.keys()].filter((i) => (stepsDone[i] ?? 0) >= 3)
          expect(survivors).to.deep.equal(stayed.map(addressOf))
          const expected = plainSum(
            vectors.filter((_, i) => stayed.includes(i)),
            5,
          )
          expect([...values]).to.deep.equal(expected)
          seen.exact++
        } else {
          const fault = await faultOf(run)
          expect(fault).to.be.instanceOf(RefusedError)
          expect(fault).to.include({ code: 'PARTICIPANTS_TOO_FEW', expected: `${threshold} or more` })
          seen.refused++
        }
      }),
      {
        seed: SEED,
        numRuns: 60,
        examples: [
          [
            {
              inputs: Array.from({ length: 5 }, () => [1, 2, 3, 4, 5]),
              stepsDone: [5, 5, 2, 5, 5],
              threshold: 4,
              seed: 1,
            },
          ],
          [
            {
              inputs: Array.from({ length: 5 }, () => [1, 2, 3, 4, 5]),
              stepsDone: [5, 5, 2, 1, 5],
              threshold: 4,
              seed: 1,
            },
          ],
        ],
      },
    )
    expect(seen.exact, 'some sums came about').to.be.above(0)
    expect(seen.refused, 'some were refused').to.be.above(0)
  })

  it('holds at the bound: the largest inputs with either sign', async () => {
    const count = 5
    const bound = Math.floor((2 ** 31 - 1) / count)
    const session = sessionOf(count, { bound, length: 2 })
    const inputs = Array.from({ length: count }, () => Int32Array.of(bound, -bound))
    expect([...(await runSum(session, inputs, [], SEED)).values]).to.deep.equal([
      bound * count,
      -bound * count,
    ])
  })

  it(`shows nothing in a masked input: bytes are uniform, and not the input (seed ${SEED})`, async () => {
    const session = sessionOf(3, { length: 40_000 })
    const participants = participantsOf(session, SEED)
    const server = new SecureSumServer(session, verify)
    for (const each of participants) server.addKeys(each.advertise())
    const keys = server.closeKeys()
    for (const each of participants) server.addShares(await each.shareKeys(keys))
    const shares = server.closeShares()
    const { values } = participants[0]?.mask(
      shares.get(addressOf(0)) ?? [],
      new Int32Array(40_000).fill(3),
    ) ?? {
      values: new Int32Array(0),
    }
    const counts = new Array<number>(256).fill(0)
    for (const byte of new Uint8Array(values.buffer)) counts[byte] = (counts[byte] ?? 0) + 1
    const cells = counts.map((counted) => ({ counted, expected: (4 * values.length) / 256 }))
    expect(chiSquareDeviations(cells)).to.be.within(-5, 5)
  })

  it(`is masked by each alone: a server with all pairwise masks still lacks the self-mask, and the other way round (seed ${SEED})`, async () => {
    const session = sessionOf(4)
    const inputs = [0, 1, 2, 3].map((i) => new Int32Array(5).fill(i))
    const masked = new Map<Address, number[]>()
    await runSum(session, inputs, [], SEED, {
      input(message) {
        masked.set(message.from, [...message.values])
        return message
      },
    })
    // Pairwise masks cancel, self-masks do not.
    expect(
      plainSum(
        [...masked.values()].map((values) => Int32Array.from(values)),
        5,
      ).map((sum) => sum | 0),
    ).to.not.deep.equal([6, 6, 6, 6, 6])
  })

  it('does each step once: nobody confirms two lists of survivors', async () => {
    const session = sessionOf(4, { threshold: 3 })
    const [first] = await confirmable(4)
    const everybody = [...session.participants]
    first.confirm(everybody)
    expect(() => first.confirm(everybody.slice(0, 3)))
      .to.throw(RefusedError)
      .that.includes({ code: 'STEP_OUT_OF_ORDER', received: 'survivors' })
  })

  it('refuses a server that tells some that a participant stayed, and others that it dropped out', async () => {
    const inputs = Array.from({ length: 4 }, () => new Int32Array(5))
    const lie = (survivors: Address[], to: Address) =>
      to === addressOf(0) ? survivors.slice(0, 3) : survivors
    // The honest server does not take what was signed for another list ...
    const atServer = await faultOf(runSum(sessionOf(4, { threshold: 3 }), inputs, [], 1, { survivors: lie }))
    expect(atServer).to.include({ code: 'SIGNER_WRONG' })
    // ... and a participant whom a lying one shows it to unmasks nothing.
    const [first, second, third] = await confirmable(4)
    const everybody = [0, 1, 2, 3].map(addressOf)
    const confirmations = [
      first.confirm(everybody.slice(0, 3)),
      second.confirm(everybody),
      third.confirm(everybody),
    ]
    expect(() => first.unmask(confirmations))
      .to.throw()
      .that.includes({ code: 'SIGNER_WRONG' })
    expect(() => first.unmask(confirmations))
      .to.throw()
      .that.includes({ code: 'STEP_OUT_OF_ORDER' })
  })

  it('reveals one kind of share of each participant, never both', async () => {
    const seen: string[][] = []
    const inputs = Array.from({ length: 5 }, () => new Int32Array(5))
    await runSum(sessionOf(5, { threshold: 3 }), inputs, [5, 5, 5, 2, 5], 1, {
      unmasking(message) {
        seen.push([...message.maskKeyShares, ...message.selfMaskShares].map(({ of }) => of))
        expect(message.maskKeyShares.map(({ of }) => of)).to.deep.equal([addressOf(3)])
        return message
      },
    })
    expect(seen).to.have.lengthOf(4)
    for (const each of seen) expect(each.sort()).to.deep.equal([0, 1, 2, 3, 4].map(addressOf))
  })

  it('refuses terms that are out of bounds', () => {
    const faulty: [Parameters<typeof sessionOf>[1], string][] = [
      [{ threshold: 2 }, 'threshold'],
      [{ threshold: 5 }, 'threshold'],
      [{ bound: 0 }, 'bound'],
      [{ bound: 2 ** 29 }, 'bound'],
      [{ length: 0 }, 'length'],
      [{ length: 2 ** 25 }, 'length'],
      [{ id: new Uint8Array(31) }, 'id'],
      [{ participants: [0, 1, 2, 2].map(addressOf) }, 'participants'],
      [{ participants: [0, 1].map(addressOf) }, 'participants'],
      [{ participants: [addressOf(0), addressOf(1), '0x1'] }, 'participants'],
    ]
    for (const [terms, field] of faulty) {
      expect(() => sessionOf(4, terms), field)
        .to.throw(ConfigError)
        .with.property('field', field)
    }
    expect(sessionOf(20).threshold).to.equal(14)
    expect(() => secureSumSession({ ...sessionOf(4), threshold: 3 })).to.not.throw()
  })

  it('refuses an input beyond the bound or of another length, and takes a good one after that', async () => {
    const [first, shares] = await maskable()
    for (const [input, field] of [
      [Int32Array.of(0, 0, 1001, 0, 0), 'input[2]'],
      [Int32Array.of(0, 0, 0, 0, -(2 ** 31)), 'input[4]'],
      [new Int32Array(4), 'input'],
      // What a mask of whole numbers leaves of a fraction is the fraction.
      [Float64Array.of(0, 0.5, 0, 0, 0), 'input'],
    ] as const) {
      expect(() => first.mask(shares, input as Int32Array))
        .to.throw(ConfigError)
        .with.property('field', field)
    }
    expect(first.mask(shares, new Int32Array(5)).values).to.have.lengthOf(5)
  })

  it('sums 10,000 values of 20 participants of whom three drop out', async () => {
    const inputs = Array.from({ length: 20 }, (_, i) => new Int32Array(10_000).fill(i - 10))
    const stepsDone = inputs.map((_, i) => (i < 3 ? 2 : 5))
    const { values, survivors } = await runSum(sessionOf(20, { length: 10_000 }), inputs, stepsDone, SEED)
    expect(survivors).to.have.lengthOf(17)
    expect([...values]).to.deep.equal(plainSum(inputs.slice(3), 10_000))
  })
})

/** Participants of whom each has sent its input. */
async function confirmable(count: number) {
  const session = sessionOf(count, { threshold: 3 })
  const participants = participantsOf(session, 1)
  const server = new SecureSumServer(session, verify)
  for (const each of participants) server.addKeys(each.advertise())
  const keys = server.closeKeys()
  for (const each of participants) server.addShares(await each.shareKeys(keys))
  const shares = server.closeShares()
  for (const [i, each] of participants.entries()) each.mask(shares.get(addressOf(i)) ?? [], new Int32Array(5))
  const [first, second, third] = participants
  if (first === undefined || second === undefined || third === undefined) throw new Error('three are needed')
  return [first, second, third] as const
}

/** A participant that has its shares, and these. */
async function maskable() {
  const session = sessionOf(3)
  const participants = participantsOf(session, 1)
  const keys = participants.map((each) => each.advertise())
  const bundles = await Promise.all(participants.map((each) => each.shareKeys(keys)))
  const [first] = participants
  if (first === undefined) throw new Error('one is needed')
  const own = bundles.flatMap(({ from, shares }) =>
    shares.filter(({ to }) => to === addressOf(0)).map((each) => ({ ...each, from })),
  )
  return [first, own] as const
}
