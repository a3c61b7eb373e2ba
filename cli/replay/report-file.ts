import { writeFile } from 'node:fs/promises'
import { ConfigError, messageOf } from '../../protocol/errors.ts'
import { type PageTable, type Panel, pageOf, svgOf } from './chart.ts'

/** What a report is written of. */
export interface ReportFile {
  title: string
  panels: readonly Panel[]
  /** Name and value of each key figure. */
  facts: readonly (readonly string[])[]
  /** More of it, for a page. */
  table?: PageTable
}

/**
 * What writes a report to a file: the chart alone as .svg, or a page with the figures as .html. Without a file it does
 * nothing.
 *
 * @throws ConfigError `REPORT_INVALID` when the name says neither, and later when it cannot be written.
 */
export function reportWriter(file: string | undefined): (report: () => ReportFile) => Promise<void> {
  if (file === undefined) return async () => undefined
  const isPage = /\.html?$/i.test(file)
  if (!isPage && !/\.svg$/i.test(file)) {
    throw new ConfigError('REPORT_INVALID', 'The kind of chart is not known.', {
      field: '--report',
      expected: 'a name that ends with .svg or .html',
      received: file,
      remedy: 'Use .svg for the chart alone, .html for a page with the figures.',
    })
  }
  return async (report) => {
    const { title, panels, facts, table } = report()
    const svg = svgOf(title, panels)
    try {
      await writeFile(file, isPage ? pageOf(title, svg, facts, table) : svg)
    } catch (cause) {
      throw new ConfigError('REPORT_INVALID', 'The chart cannot be written.', {
        field: '--report',
        received: messageOf(cause),
        remedy: 'Check the folder and its permissions.',
        cause,
      })
    }
  }
}
