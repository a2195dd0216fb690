/** `Fri, 01 Mar 2024 12:00:00 GMT` @param time virtual time in ms since the epoch */
export const httpDate = (time: number) => new Date(time).toUTCString()

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
