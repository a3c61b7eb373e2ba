import type { Journal } from './journal.ts'

/** What an agent remembers: as it stands in memory, and change by change in a journal. */
export abstract class Journaled<Entry> {
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Waits for the journal and closes it. */
  close(): Promise<void> {
    return this.#journal.close()
  }

  /** Takes in a change. Returns when it is on disk: nobody is told of it, and nobody relies on it, before. */
  protected async record(entry: Entry): Promise<void> {
    // In memory first, so that two changes in one turn see one another.
    this.apply(entry)
    await this.#journal.append(entry)
  }

  /** Takes in memory what a new entry says, or one that the journal held. */
  protected abstract apply(entry: Entry): void
}
