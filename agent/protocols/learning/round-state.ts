import { getAddress, zeroHash } from 'viem'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { RoundEvent } from '../../chain/actions/learning-events.ts'

/** Somebody who committed to an update, as the chain logged it. */
export interface ParticipantView {
  agentId: bigint
  participant: Address
  owner: Address
  /** Undefined until it is revealed. */
  revealed: { updateRoot: Hex; contentId: Hex } | undefined
  isSlashed: boolean
  isClaimed: boolean
}

/** A proposed aggregate. */
export interface ProposalView {
  root: Hex
  contentId: Hex
  agentId: bigint
  status: 'standing' | 'refuted' | 'closed'
}

/** A seat of the panel. */
export interface SeatView {
  lot: number
  hasAttested: boolean
  hasCommitted: boolean
  hasRevealed: boolean
  isClosed: boolean
  isClaimed: boolean
}

/** What the chain logged of a round. */
export interface RoundState {
  isOpened: boolean
  /** By their places. */
  participants: ParticipantView[]
  /** Who enlisted, by lots, and whether the lot was released. */
  lots: { agentId: bigint; evaluator: Address; owner: Address; isReleased: boolean }[]
  seats: SeatView[]
  /** Undefined until it is opened. */
  hidden: { setRoot: Hex; uri: string } | undefined
  isCanaryOpened: boolean
  /** In their sequence. */
  proposals: ProposalView[]
  isCancelled: boolean
  /** Undefined until the round is settled; a result of undefined says that none stands. */
  settled: { result: Hex | undefined; pool: bigint; byScore: boolean } | undefined
  isResultClaimed: boolean
}

/**
 * What follows from the logs of a round.
 *
 * @param events in the chain's sequence, from the opening of the task on
 */
export function viewOf(events: readonly RoundEvent[]): RoundState {
  const view: RoundState = {
    isOpened: false,
    participants: [],
    lots: [],
    seats: [],
    hidden: undefined,
    isCanaryOpened: false,
    proposals: [],
    isCancelled: false,
    settled: undefined,
    isResultClaimed: false,
  }
  for (const event of events) apply(view, event)
  return view
}

function apply(view: RoundState, event: RoundEvent): void {
  switch (event.eventName) {
    case 'TaskOpened':
      view.isOpened = true
      return
    case 'UpdateCommitted': {
      const { index, agentId, participant, owner } = event.args
      view.participants[Number(index)] = {
        ...{ agentId, participant: getAddress(participant), owner: getAddress(owner) },
        ...{ revealed: undefined, isSlashed: false, isClaimed: false },
      }
      return
    }
    case 'UpdateRevealed': {
      const { index, updateRoot, contentId } = event.args
      change(view.participants, index, { revealed: { updateRoot, contentId } })
      return
    }
    case 'ParticipantSlashed':
      change(view.participants, event.args.index, { isSlashed: true })
      return
    case 'RewardClaimed':
      change(view.participants, event.args.index, { isClaimed: true })
      return
    case 'Enlisted': {
      const { lot, agentId, evaluator, owner } = event.args
      const addresses = { evaluator: getAddress(evaluator), owner: getAddress(owner) }
      view.lots[Number(lot)] = { agentId, ...addresses, isReleased: false }
      return
    }
    case 'LotReleased':
      change(view.lots, event.args.lot, { isReleased: true })
      return
    case 'PanelDrawn':
      view.seats = event.args.lots.map((lot) => ({
        ...{ lot: Number(lot), hasAttested: false, hasCommitted: false, hasRevealed: false },
        ...{ isClosed: false, isClaimed: false },
      }))
      return
    case 'Attested':
      change(view.seats, event.args.seat, { hasAttested: true })
      return
    case 'ScoresCommitted':
      change(view.seats, event.args.seat, { hasCommitted: true })
      return
    case 'ScoresRevealed':
      change(view.seats, event.args.seat, { hasRevealed: true })
      return
    case 'SeatClosed':
      change(view.seats, event.args.seat, { isClosed: true })
      return
    case 'EvaluationClaimed':
      change(view.seats, event.args.seat, { isClaimed: true })
      return
    case 'EvaluationOpened':
      view.hidden = { setRoot: event.args.setRoot, uri: event.args.uri }
      return
    case 'CanaryOpened':
      view.isCanaryOpened = true
      return
    case 'ResultProposed': {
      const { resultRoot: root, contentId, agentId } = event.args
      view.proposals.push({ root, contentId, agentId, status: 'standing' })
      return
    }
    case 'ResultRefuted':
      mark(view.proposals, event.args.resultRoot, 'refuted')
      return
    case 'ProposalClosed':
      mark(view.proposals, event.args.resultRoot, 'closed')
      return
    case 'TaskCancelled':
      view.isCancelled = true
      return
    case 'RoundSettled': {
      const { resultRoot, pool, byScore } = event.args
      view.settled = { result: resultRoot === zeroHash ? undefined : resultRoot, pool, byScore }
      return
    }
    case 'AggregationClaimed':
      view.isResultClaimed = true
  }
}

function change<T extends object>(list: T[], index: bigint, fields: Partial<T>): void {
  const known = list[Number(index)]
  if (known !== undefined) Object.assign(known, fields)
}

function mark(proposals: ProposalView[], root: Hex, status: ProposalView['status']): void {
  for (const proposal of proposals) if (proposal.root === root) proposal.status = status
}

/** Places of the updates that were revealed and are no copies: of those with the same root, the first that was committed to. */
export function originalsOf({ participants }: RoundState): number[] {
  const roots = participants.map(({ revealed }) => revealed?.updateRoot)
  return roots.flatMap((root, index) => (root !== undefined && roots.indexOf(root) === index ? [index] : []))
}

/** The places whose bits a mask has. */
export function placesIn(mask: bigint): number[] {
  return Array.from({ length: 64 }, (_, index) => index).filter((index) => (mask >> BigInt(index)) & 1n)
}
