import { SaxesParser } from 'saxes'
import type { OsmElement } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'

/**
 * Reads the nodes and ways of OpenStreetMap XML (https://wiki.openstreetmap.org/wiki/OSM_XML), as openstreetmap.org exports
 * it.
 *
 * @param name of the file, for the error
 * @throws ConfigError `FILE_INVALID` when it is no well-formed XML.
 */
export function readOsmXml(text: string, name: string): OsmElement[] {
  const elements: OsmElement[] = []
  let way: { nodes: string[]; tags: Record<string, string> } | undefined
  const parser = new SaxesParser()
  parser.on('opentag', ({ name: tag, attributes }) => {
    const of = (attribute: string) => attributes[attribute] ?? ''
    if (tag === 'node') {
      elements.push({ type: tag, id: of('id'), lon: degrees(of('lon')), lat: degrees(of('lat')) })
    } else if (tag === 'way') {
      way = { nodes: [], tags: {} }
      elements.push({ type: tag, id: of('id'), ...way })
    } else if (tag === 'nd') way?.nodes.push(of('ref'))
    else if (tag === 'tag' && way) way.tags[of('k')] = of('v')
  })
  parser.on('closetag', ({ name: tag }) => {
    if (tag === 'way') way = undefined
  })
  parser.on('error', (cause) => {
    throw new ConfigError('FILE_INVALID', 'The file is no well-formed XML.', {
      field: name,
      received: cause.message,
      remedy: 'Download it again: it may have been cut off.',
      cause,
    })
  })
  parser.write(text).close()
  return elements
}

/** An attribute that is not there is no position. */
function degrees(text: string): number | undefined {
  return text === '' ? undefined : Number(text)
}
