import { signal } from '@preact/signals'

/** This machine's time in milliseconds, to the second. */
export const now = signal(Date.now())

setInterval(() => {
  now.value = Date.now()
}, 1_000)
