import type { ParameterView, ProposalView } from '../../api/views.ts'
import { count, money } from '../../format/amounts.ts'
import { bounded } from '../../format/strangers.ts'
import { lasting, utc } from '../../format/times.ts'

/** 10^18ths of the voting token. */
const VOTE = 10n ** 18n

/** Votes as whole ones, rounded down. @example votesText(1_500n * 10n ** 18n) // '1,500' */
export function votesText(units: string | bigint): string {
  const votes = BigInt(units)
  return votes > 0n && votes < VOTE ? 'less than 1' : count(votes / VOTE)
}

/** A side of a vote. */
export interface Side {
  name: 'for' | 'against' | 'abstain'
  votes: bigint
  /** Of all votes cast, from 0 to 1; 0 when there are none. */
  share: number
}

/** How the votes on a proposal are divided. */
export function sidesOf({ votesFor, votesAgainst, votesAbstain }: ProposalView): Side[] {
  const sides = [
    ['for', votesFor],
    ['against', votesAgainst],
    ['abstain', votesAbstain],
  ] as const
  const all = sides.reduce((sum, [, votes]) => sum + BigInt(votes), 0n)
  return sides.map(([name, units]) => {
    const votes = BigInt(units)
    return { name, votes, share: all === 0n ? 0 : Number((votes * 1_000_000n) / all) / 1e6 }
  })
}

/**
 * Whether a proposal carries as its votes stand: more for than against, and a quorum of those for and those who abstain
 * (`GovernorCountingSimple`).
 */
export function carries(
  { votesFor, votesAgainst, votesAbstain }: ProposalView,
  quorum: bigint,
): 'carries' | 'no majority' | 'no quorum' {
  if (BigInt(votesFor) + BigInt(votesAbstain) < quorum) return 'no quorum'
  return BigInt(votesFor) > BigInt(votesAgainst) ? 'carries' : 'no majority'
}

/** The longest title, and the longest text, of a proposal that is shown. */
const LONGEST_TITLE = 110
const LONGEST_TEXT = 2_000

/** The first line of a description and what follows it, as text: Markdown in it stays as it was written. */
export function headed(description: string | null): { title: string; text: string } {
  if (description === null) return { title: 'A proposal whose text is too long to be kept', text: '' }
  const [first = '', ...rest] = description.trim().split('\n')
  const title = bounded(first.replace(/^#+\s*/, ''), LONGEST_TITLE)
  const isCut = title.endsWith('…')
  const text = bounded((isCut ? [first, ...rest] : rest).join(' '), LONGEST_TEXT)
  return { title: title === '' ? 'A proposal without words' : title, text }
}

/** What time does to a proposal, in words. */
export function deadlineText({ status, voteStart, voteEnd, eta }: ProposalView): string {
  switch (status) {
    case 'pending':
      return `Voting begins after ${utc(voteStart)}`
    case 'active':
      return `Voting ends ${utc(voteEnd)}`
    case 'queued':
      return eta === null ? 'It waits for its time' : `It can be carried out from ${utc(eta)}`
    default:
      return `Voting ended ${utc(voteEnd)}`
  }
}

/** Rules as a reader looks them up. */
export function ruleName({ kind, name }: Pick<ParameterView, 'kind' | 'name'>): string {
  switch (kind) {
    case 'admission':
      return name === '' ? 'To be let in' : `To be let into ${bounded(name, 40)}`
    case 'quota':
      return name === '' ? 'Messages of an agent' : `Messages on ${bounded(name, 40)}`
    case 'bond':
      return 'To accuse an agent'
    case 'spam':
      return 'Against spam'
    case 'contract':
    case 'protocol':
      return PRINTABLE.test(name) ? name : 'one that is named by a hash'
  }
}

/** Names of the directory are ASCII; some are hashes instead. */
const PRINTABLE = /^[\x20-\x7e]{1,40}$/

/** What a rule says, in one line each. */
export function ruleTexts({ kind, value }: Pick<ParameterView, 'kind' | 'value'>): string[] {
  switch (kind) {
    case 'admission': {
      const stake = BigInt(value.minStake ?? 0)
      const reputation = Number(value.minReputation ?? 0) / 10_000
      if (stake === 0n && reputation === 0) return ['nothing is asked']
      return [`a stake of ${money(stake, 2)} $`, `a reputation of ${reputation.toFixed(2)}`]
    }
    case 'quota':
      return [`${count(Number(value.perMinute))} a minute, ${count(Number(value.burst))} at once`]
    case 'bond':
      return [`a bond of ${votesText(String(value.bond ?? 0))} MESH`]
    case 'spam':
      return Object.entries(value).map(([name, limit]) => spamText(name, Number(limit)))
    case 'contract':
    case 'protocol':
      if (value.sunset != null) return [`ends ${utc(Number(value.sunset))}`]
      return [value.current === true ? 'in force' : 'superseded']
  }
}

function spamText(name: string, limit: number): string {
  switch (name) {
    case 'muteDuration':
      return `mutes for ${lasting(limit * 1_000)}`
    case 'maxIntentLife':
      return `intents live at most ${lasting(limit * 1_000)}`
    case 'maxMessageBytes':
      return `messages of at most ${count(limit)} bytes`
    case 'maxLiveIntents':
      return `${count(limit)} live intents of an agent`
    case 'maxLiveOffers':
      return `${count(limit)} live offers of an agent`
    case 'invalidTolerance':
      return `${count(limit)} invalid messages are forgiven`
    default:
      return `${bounded(name, 40)}: ${limit}`
  }
}
