/** How far a request's time may be from the server's, in ms. */
export const allowedSkew = 15 * 60_000

const basicFormat = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

// Requests come in bursts of the same second.
let lastText = ''
let lastTime: number | undefined

/** @returns ms since the epoch of `20150830T123600Z`; undefined for anything else */
export function parseAmzDate(text: string): number | undefined {
  if (text !== lastText) {
    lastTime = parse(text)
    lastText = text
  }
  return lastTime
}

function parse(text: string): number | undefined {
  const parts = basicFormat.exec(text)
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number)
  const time = Date.UTC(year!, month! - 1, day, hour, minute, second)
  // Date.UTC lets February 30th be March 2nd.
  return formatAmzDate(time) === text ? time : undefined
}

/** `20150830T123600Z` */
export function formatAmzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** `2015-08-30T12:36:00Z`, as S3's errors write times. */
export function formatServerTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '')
}
