import { expect } from 'chai'
import type { ExampleMarket } from '../running-example.ts'

/** What the example data-service does in a market. */
export function dataService(market: () => ExampleMarket): void {
  it('is found, asked, and paid per answer on chain; and ends on Ctrl-C', async () => {
    const example = market().run('data-service')
    const [, received, fee] = await example.line(
      /^settled: 5 answers, ([\d.]+) test dollars received after a fee of ([\d.]+) /,
    )
    expect(Number(received) + Number(fee)).to.be.closeTo(0.1, 1e-9)
    await example.line(/^Serving whoever asks/)
    example.kill('SIGINT')
    expect(await example.exited, example.output).to.equal(0)
    expect(example.output.match(/^asked .*: 1\.1\d{4} EUR\/USD$/gm)).to.have.length(5)
  })

  it('says which line of a file is wrong, and does not begin', async () => {
    const example = market().run('data-service', ['--file', import.meta.filename])
    await example.line(/data-service\.ts, line 1$/)
    expect(await example.exited).to.equal(1)
  })
}
