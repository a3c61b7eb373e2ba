import { slotOf } from '../../format/times.ts'
import type { SlotSummary } from './model.ts'

/** Goes from slot to slot; the newest is followed until another one is chosen. */
export function SlotPicker(props: {
  slots: readonly SlotSummary[]
  shown: SlotSummary
  isFollowing: boolean
  choose: (key: string | undefined) => void
}) {
  const { slots, shown, isFollowing, choose } = props
  const place = slots.findIndex(({ key }) => key === shown.key)
  const [later, earlier] = [slots[place - 1], slots[place + 1]]
  return (
    <fieldset class="slot-picker">
      <legend class="hidden">Slot</legend>
      <button
        type="button"
        disabled={earlier === undefined}
        onClick={() => choose(earlier?.key)}
        aria-label="Earlier slot"
      >
        ‹
      </button>
      <span class="shown">{slotOf(shown.start, shown.end)}</span>
      <button
        type="button"
        disabled={later === undefined}
        onClick={() => choose(later?.key)}
        aria-label="Later slot"
      >
        ›
      </button>
      <button type="button" aria-pressed={isFollowing} onClick={() => choose(undefined)}>
        Newest
      </button>
    </fieldset>
  )
}
