/** The longest text of strangers that is shown whole. */
const LONGEST = 160

/**
 * Text that anybody may have written, cut to a length and rid of signs that could reorder or hide what stands around it. It is
 * shown as text, never as a link or as HTML.
 *
 * @example bounded('ipfs://a', 6) // 'ipfs:/…'
 */
export function bounded(text: string | null, longest = LONGEST): string {
  if (text === null) return 'too long to be kept'
  const plain = text.replace(/[\s\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu, ' ').trim()
  const signs = [...plain]
  return signs.length <= longest ? plain : `${signs.slice(0, longest).join('')}…`
}
