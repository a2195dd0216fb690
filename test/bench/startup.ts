import { startPocketcloud } from './servers.ts'
import { median, table } from './report.ts'

/** From process start to the ready line, and memory before any request. Bars: 300 ms and 120 MB. */
export async function benchStartup(): Promise<void> {
  const times: number[] = []
  const sizes: number[] = []
  for (let round = 0; round < 7; round++) {
    const server = await startPocketcloud()
    times.push(server.startMs)
    sizes.push(server.residentMb())
    await server.stop()
  }
  table(
    ['start-up', 'median', 'worst', 'bar'],
    [
      ['ready line, ms', median(times).toFixed(0), Math.max(...times).toFixed(0), '300'],
      ['resident, MB', median(sizes).toFixed(0), Math.max(...sizes).toFixed(0), '120'],
    ],
  )
}
