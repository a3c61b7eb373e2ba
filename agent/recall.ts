import { machineTime } from './machine-time.ts'
import { Deals, latestDeals } from './policy/deals.ts'
import { memoryJournal, openJournal } from './policy/journal.ts'
import { LearningRecords, openRounds } from './policy/learning-records.ts'
import { JOURNAL_FILE } from './policy/read-deals.ts'
import { latestSlots, SlotRecords } from './policy/slot-records.ts'
import { latestTrips, TripRecords } from './policy/trip-records.ts'
import { GUEST_SALES_FILE, GUESTS_FILE } from './protocols/guests/index.ts'
import { HANDLED_FILE, HandledOffers, stillBinding } from './protocols/negotiation/index.ts'

/** Name of the journal, in an agent's folder of a network, of what it has ordered and done for slots. */
const SLOTS_FILE = 'slots.jsonl'
/** Name of the journal, there too, of what was said about its trips. */
const TRIPS_FILE = 'trips.jsonl'
/** Name of the journal, there too, of the rounds of learning in which it takes part. */
const LEARNING_FILE = 'learning.jsonl'

/** What an agent has signed, answered and said. */
export interface Memory {
  deals: Deals
  /** What agents without a node buy that it carries, and what they sell. */
  guestDeals: Deals
  guestSales: Deals
  handled: HandledOffers
  slotRecords: SlotRecords
  tripRecords: TripRecords
  learningRecords: LearningRecords
}

/** What the agent remembers, as its folder of the network has it; nothing is kept without one. */
export async function recall(opened: AsyncDisposableStack, folder: string | undefined): Promise<Memory> {
  const open = async (file: string, needed: (entries: unknown[]) => unknown[]) => {
    if (folder === undefined) return { journal: memoryJournal(), entries: [] }
    const held = await openJournal(`${folder}/${file}`, needed)
    opened.defer(() => held.journal.close())
    return held
  }
  const past = await open(JOURNAL_FILE, latestDeals)
  const answered = await open(HANDLED_FILE, (entries) => stillBinding(entries, machineTime()))
  const slots = await open(SLOTS_FILE, latestSlots)
  const trips = await open(TRIPS_FILE, latestTrips)
  const learning = await open(LEARNING_FILE, openRounds)
  const guests = await open(GUESTS_FILE, latestDeals)
  const guestSales = await open(GUEST_SALES_FILE, latestDeals)
  return {
    guestDeals: new Deals(guests.journal, guests.entries),
    guestSales: new Deals(guestSales.journal, guestSales.entries),
    deals: new Deals(past.journal, past.entries),
    handled: new HandledOffers(answered.journal, answered.entries),
    slotRecords: new SlotRecords(slots.journal, slots.entries),
    tripRecords: new TripRecords(trips.journal, trips.entries),
    learningRecords: new LearningRecords(learning.journal, learning.entries),
  }
}
