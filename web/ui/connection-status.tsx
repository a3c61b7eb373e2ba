import { connection, lastReorg, lostAt, newestBlock } from '../api/live.ts'
import { useQuery } from '../api/use-query.ts'
import type { StatsView } from '../api/views.ts'
import { count } from '../format/amounts.ts'
import { lasting } from '../format/times.ts'
import { now } from './now.ts'

/** A block older than this, in milliseconds, is worth a word; chains without transactions make none. */
const OLD = 60_000
/** How long a reorganisation is told of, in milliseconds. */
const TOLD = 20_000

/** How current the page is: at which block, and whether it is cut off, behind, or was corrected. */
export function ConnectionStatus() {
  const { answer } = useQuery<StatsView>('/v1/stats', { polls: true })
  const block = newestBlock.value
  const behind = answer ? answer.data.head - answer.data.latestBlock.number : 0
  const age = answer ? now.value - Date.parse(answer.data.latestBlock.timestamp) : 0
  const isCut = connection.value === 'lost'
  const isStale = !isCut && (behind > 10 || age > OLD)
  const state = isCut ? 'lost' : isStale ? 'stale' : connection.value
  const words = {
    connecting: 'Connecting',
    live: 'Live',
    lost: `Disconnected${lostAt.value === undefined ? '' : ` for ${lasting(now.value - lostAt.value)}`}`,
    stale: behind > 10 ? `${count(behind)} blocks behind` : `No block for ${lasting(age)}`,
  }[state]
  return (
    <p class={`connection ${state}`}>
      <span class="dot" aria-hidden="true" />
      <span>{words}</span>
      {block && <span class="block">block {count(block.blockNumber)}</span>}
    </p>
  )
}

/** What has to be said aloud: that the market is not heard any more, and that what was shown has been corrected. */
export function Notices() {
  const reorg = lastReorg.value
  const isRecent = reorg !== undefined && now.value - reorg.at < TOLD
  return (
    <div class="notices" role="status" aria-live="polite">
      {connection.value === 'lost' && (
        <p class="notice lost">
          The market is not heard at present. What you see is as it was; the page goes on by itself.
        </p>
      )}
      {isRecent && (
        <p class="notice reorg">
          The chain was reorganised from block {count(reorg.from)}: what happened since has been read again.
        </p>
      )}
    </div>
  )
}
