/** What `fn` returns, asked for again only when the last answer is older than `life` milliseconds. */
export function lasting<T>(fn: () => T, life: number): () => T {
  let last: { value: T; at: number } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at > life) last = { value: fn(), at: now }
    return last.value
  }
}
