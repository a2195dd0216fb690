/** Longer texts than AWS allows for any policy are made anew each time: the cache stays bounded in bytes too. */
const longestKept = 32_768
/** How many values are kept, at least; up to twice as many are. */
const generationSize = 2048
/** How many texts of one sample are told apart by comparing them. */
const bucketSize = 8

type Generation<Value> = Map<number, { readonly text: string; readonly value: Value }[]>

/**
 * What was made of a text, kept by the text. Policies come as a new string with every query, and hashing all of it
 * each time would cost more than the decision; so texts are found by a few of their characters and then compared.
 *
 * Two generations: what was not asked for during a whole generation is forgotten.
 */
export class TextCache<Value> {
  #young: Generation<Value> = new Map()
  #old: Generation<Value> = new Map()
  #size = 0
  readonly #make: (text: string) => Value

  constructor(make: (text: string) => Value) {
    this.#make = make
  }

  get(text: string): Value {
    if (text.length > longestKept) return this.#make(text)
    const sample = sampleOf(text)
    const young = this.#young.get(sample)?.find((entry) => entry.text === text)
    if (young) return young.value
    const old = this.#old.get(sample)?.find((entry) => entry.text === text)
    const value = old ? old.value : this.#make(text)
    this.#keep(sample, text, value)
    return value
  }

  #keep(sample: number, text: string, value: Value): void {
    if (this.#size >= generationSize) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 0
    }
    const bucket = this.#young.get(sample)
    this.#size++
    if (!bucket) this.#young.set(sample, [{ text, value }])
    else {
      if (bucket.length === bucketSize) bucket.shift()
      bucket.push({ text, value })
    }
  }
}

function sampleOf(text: string): number {
  const step = Math.max(1, Math.floor(text.length / 48))
  let sample = text.length
  for (let at = 0; at < text.length; at += step) sample = (sample * 31 + text.charCodeAt(at)) | 0
  return sample
}
