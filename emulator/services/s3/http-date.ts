/** `Fri, 01 Mar 2024 12:00:00 GMT` @param time virtual time in ms since the epoch */
export const httpDate = (time: number) => new Date(time).toUTCString()

/** `Tue Dec 31 16:00:00 PST 2019`: how AWS quotes a date that it has read. @param time in ms since the epoch */
export function seattleDate(time: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    weekday: 'short',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    year: 'numeric',
  }).formatToParts(time)
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]))
  return `${of.weekday} ${of.month} ${of.day} ${of.hour}:${of.minute}:${of.second} ${of.timeZoneName} ${of.year}`
}

/** A header of a date that is written as it was sent: S3 never asks whether an `Expires` is a date at all. */
export class SentDate extends Date {
  readonly #text: string

  constructor(text: string) {
    super(text)
    this.#text = text
  }

  override toUTCString(): string {
    return this.#text
  }
}
