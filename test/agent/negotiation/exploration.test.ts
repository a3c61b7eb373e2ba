import { expect } from 'chai'
import { fateOf } from '../../../agent/protocols/negotiation/machine/commitment.ts'
import { step } from '../../../agent/protocols/negotiation/machine/step.ts'
import { type Exploration, explore } from './model/explore.ts'
import { type Budget, ROLES, RULES, type Rules } from './model/world.ts'

const NOTHING: Budget = { copies: 0, crashes: 0, withdrawals: 0, cancellations: 0 }

/**
 * Messages are lost, delayed and overtake one another, and answers come too late, in each of these; what happens besides
 * is bounded, or there would be no end to it. `MESH_TEST_DEEP=1` explores more of it at once, for minutes.
 */
const explorations: [string, Budget, number][] = [
  ['of three offers and an answer', NOTHING, 3],
  ['that is killed once, on either side', { ...NOTHING, crashes: 1 }, 3],
  ['of which one message comes twice', { ...NOTHING, copies: 1 }, 3],
  ['of which one side wants its offer back', { ...NOTHING, withdrawals: 1 }, 2],
  ['of which one side cancels an offer on chain', { ...NOTHING, cancellations: 1 }, 2],
  ['in which a message comes twice, with a crash between', { ...NOTHING, copies: 1, crashes: 1 }, 2],
  ['that is killed while it takes an offer back', { ...NOTHING, crashes: 1, withdrawals: 1 }, 1],
  ...(process.env.MESH_TEST_DEEP === undefined
    ? []
    : ([
        ['in which all of that happens', { copies: 1, crashes: 1, withdrawals: 1, cancellations: 1 }, 1],
        ['of three offers of which one is taken back', { ...NOTHING, withdrawals: 1 }, 3],
        ['of three offers of which one is cancelled', { ...NOTHING, cancellations: 1 }, 3],
        ['of three offers with a copy and a crash', { ...NOTHING, copies: 1, crashes: 1 }, 3],
        ['of two offers with two crashes', { ...NOTHING, crashes: 2 }, 2],
      ] as [string, Budget, number][])),
]

/** The machine with one thing broken, and what is found then. */
const mutants: [string, Partial<Rules>, Budget, string][] = [
  [
    'takes silence for a no',
    {
      step: (state, event) =>
        state.phase.type === 'awaiting' && event.type === 'lost'
          ? step(state, { type: 'failed' })
          : step(state, event),
    },
    NOTHING,
    'was told that nothing came of it',
  ],
  [
    'takes the decline of a copy for an answer',
    {
      step: (state, event) =>
        event.type === 'declined' && event.reason === 'replayed'
          ? step(state, { ...event, reason: 'price' })
          : step(state, event),
    },
    { ...NOTHING, copies: 1 },
    'was told that nothing came of it',
  ],
  [
    'forgets in a restart what it has answered',
    { remembersHandled: false },
    { ...NOTHING, copies: 1, crashes: 1 },
    'has gone back on a bid',
  ],
  [
    'confirms that an offer is taken back while it signs it',
    { answerToWithdrawal: () => 'withdrawn' },
    { ...NOTHING, withdrawals: 1 },
    'was told that nothing came of it',
  ],
  [
    'goes by the clock before it goes by the chain',
    { fateOf: (commitment, _, now) => fateOf(commitment, 'none', now) },
    NOTHING,
    'was told that nothing came of it',
  ],
  [
    'lets a strategy go back on a price',
    { step: (state, event) => step({ ...state, ownPrice: undefined }, event) },
    NOTHING,
    'has gone back on',
  ],
  [
    'waits for an answer for ever',
    { step: (state, event) => (event.type === 'voided' ? { state, effects: [] } : step(state, event)) },
    NOTHING,
    'is stuck, awaiting',
  ],
]

describe('a negotiation, in every order in which things can happen', function () {
  this.timeout(process.env.MESH_TEST_DEEP === undefined ? 60_000 : 600_000)

  for (const [name, budget, lastRound] of explorations) {
    for (const offerer of ROLES) {
      it(`${name} comes to one end, when the ${offerer} begins`, () => {
        const { states, final, depth, failure } = explore(offerer, budget, { ...RULES, lastRound })
        console.log(`        ${states} states, ${final} of them final, up to ${depth} steps`)
        expect(failure, show(failure)).to.equal(undefined)
        expect(final).to.be.above(1)
      })
    }
  }

  for (const [name, broken, budget, fault] of mutants) {
    it(`is seen to go wrong with a machine that ${name}`, () => {
      const { failure } = explore('seller', budget, { ...RULES, ...broken })
      expect(failure?.fault).to.include(fault)
    })
  }
})

function show(failure: Exploration['failure']): string {
  return failure === undefined ? '' : `${failure.fault}:\n${failure.path.join('\n')}`
}
