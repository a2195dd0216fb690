import { usageError } from './failure.ts'

const unitSeconds = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const

/** `90d`, `2h`, `1d12h30m` in seconds. */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?[wdhms])+$/.test(text)) {
    throw usageError(
      `"${text}" is no duration.`,
      'Give numbers with units: 90d, 2h, 30m, 15s, or together 1d12h. Time only goes forward.',
    )
  }
  return [...text.matchAll(/([\d.]+)([wdhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit as keyof typeof unitSeconds],
    0,
  )
}

/** Seconds as a person says them, to the two largest units: `3d 4h`, `12s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.floor(seconds)
  const parts: string[] = []
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / unitSeconds[unit])
    rest -= count * unitSeconds[unit]
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.length === 0 ? '0s' : parts.slice(0, 2).join(' ')
}
