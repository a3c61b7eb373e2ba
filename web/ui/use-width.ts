import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/**
 * How wide an element is, in pixels, whenever it changes; 0 until it is drawn.
 *
 * @example const [place, width] = useWidth<HTMLDivElement>()
 *   return <div ref={place}>{width > 0 && <svg width={width} />}</div>
 */
export function useWidth<E extends HTMLElement>(): [RefObject<E | null>, number] {
  const place = useRef<E>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const resized = new ResizeObserver(() => setWidth(element.clientWidth))
    setWidth(element.clientWidth)
    resized.observe(element)
    return () => resized.disconnect()
  }, [])
  return [place, width]
}
