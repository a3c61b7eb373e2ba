import { useCallback, useRef, useState } from 'preact/hooks'

/**
 * How wide an element is, in pixels, whenever it changes; 0 while there is none.
 *
 * @returns what is given to the element as its `ref`, and the width
 * @example const [place, width] = useWidth()
 *   return <div ref={place}>{width > 0 && <svg width={width} />}</div>
 */
export function useWidth(): [(element: HTMLElement | null) => void, number] {
  const [width, setWidth] = useState(0)
  const resized = useRef<ResizeObserver>(undefined)
  const place = useCallback((element: HTMLElement | null) => {
    resized.current?.disconnect()
    if (element === null) return
    resized.current = new ResizeObserver(() => setWidth(element.clientWidth))
    resized.current.observe(element)
    setWidth(element.clientWidth)
  }, [])
  return [place, width]
}
