import type { TimerCall } from '../../../clock/timers.ts'
import type { Measurement, MetricPlace, MetricSource, ServiceMetrics } from '../../../ports.ts'
import type { Database } from '../../../store/database.ts'
import { hasAlarms } from '../rows/alarms.ts'

interface SamplerOptions {
  readonly db: Database
  /** Virtual time in ms since the epoch. */
  readonly now: () => number
  readonly sources: readonly MetricSource[]
  /** A call as CloudWatch's timers have it, now. */
  readonly callFor: (place: MetricPlace) => TimerCall
  /** Sees to it that alarms can be looked at. */
  readonly loadAlarms: () => Promise<unknown>
}

const minute = 60_000
/** What was measured is not measured again for so long, in ms of the wall. */
const freshFor = 100

/** What was measured in a place. */
interface Sample {
  readonly measurements: readonly Measurement[]
  /** The minute of virtual time. */
  readonly at: number
  /** When, on the clock that measures durations. */
  readonly takenAt: number
}

/** What is taken to stay as it is while the clock advances. */
interface Held {
  readonly place: MetricPlace
  readonly metrics: ReadonlyMap<string, number>
  readonly at: number
}

/**
 * Measures what services have: each minute, when somebody looks, and before and after the clock is set forward. What an advance leaps
 * over is not sampled minute by minute: nothing measures anything there, and what was before holds until its end.
 */
export class MetricSampler implements ServiceMetrics {
  readonly #options: SamplerOptions
  readonly #samples = new Map<string, Promise<Sample>>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: SamplerOptions) {
    this.#options = options
  }

  /** Begins to measure each minute; that keeps no process running. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#lookEverywhere().catch((error: unknown) => process.emitWarning(String(error)))
    }, minute).unref()
  }

  /** The state is another: what was measured is not of it. */
  forget(): void {
    this.#samples.clear()
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
  }

  look: ServiceMetrics['look'] = async ({ account, region }) => {
    const place = { account, region }
    await this.#take(place, ({ at }) => at)
  }

  /**
   * Measures before and after an advance.
   *
   * @param until where the clock gets to, virtual time in ms since the epoch
   */
  async around<Result>(until: number, advance: () => Promise<Result>): Promise<Result> {
    const end = wholeMinute(until)
    if (end === wholeMinute(this.#options.now())) return await advance()
    const held = await this.#everywhere((place) => this.#take(place, () => end))
    const result = await advance()
    await Promise.all(held.map((one) => this.#release(one)))
    await this.#lookEverywhere()
    return result
  }

  async #lookEverywhere(): Promise<void> {
    await this.#everywhere((place) => this.#take(place, ({ at }) => at))
  }

  async #everywhere<Result>(work: (place: MetricPlace) => Promise<Result>): Promise<Result[]> {
    if (this.#isClosed) return []
    const { sources, db } = this.#options
    const places = new Map(
      sources
        .flatMap((source) => source.places(db))
        .map((place) => [`${place.account} ${place.region}`, place]),
    )
    return await Promise.all([...places.values()].map(work))
  }

  /** Measures in a place, and keeps what comes of it. @param until how long it holds */
  async #take(place: MetricPlace, until: (sample: Sample) => number): Promise<Held> {
    const sample = await this.#sample(place)
    const metrics = await this.#keep(place, sample, Math.max(until(sample), sample.at))
    return { place, metrics, at: sample.at }
  }

  /** Those who ask at the same time, or shortly after, get the same. */
  #sample(place: MetricPlace): Promise<Sample> {
    const key = `${place.account} ${place.region}`
    const before = this.#samples.get(key)
    const sample = before
      ? before.then(
          (last) => (this.#isFresh(last) ? last : this.#measure(place)),
          () => this.#measure(place),
        )
      : this.#measure(place)
    this.#samples.set(key, sample)
    return sample
  }

  #isFresh({ at, takenAt }: Sample): boolean {
    return at === wholeMinute(this.#options.now()) && performance.now() - takenAt < freshFor
  }

  async #measure(place: MetricPlace): Promise<Sample> {
    const { sources, db, now } = this.#options
    const each = await Promise.all(sources.map(async (source) => source.measure(db, place)))
    return { measurements: each.flat(), at: wholeMinute(now()), takenAt: performance.now() }
  }

  async #keep(
    place: MetricPlace,
    { measurements, at }: Sample,
    until: number,
  ): Promise<ReadonlyMap<string, number>> {
    const { db, callFor, loadAlarms } = this.#options
    if (measurements.length === 0 || this.#isClosed) return new Map()
    const [{ recordMeasurements }] = await Promise.all([
      recording(),
      hasAlarms({ db }) && loadAlarms(),
    ])
    return db.transaction(() => {
      const moment = { at, until, step: minute / 1000 }
      return recordMeasurements(callFor(place), measurements, moment)
    })
  }

  /** What is not there any more held no longer than it was seen. */
  async #release({ place, metrics, at }: Held): Promise<void> {
    const { metrics: present } = await this.#take(place, ({ at: now }) => now)
    const gone = [...metrics].filter(([key]) => !present.has(key))
    if (gone.length === 0 || this.#isClosed) return
    const { cutOff } = await recording()
    this.#options.db.transaction(() => {
      const call = this.#options.callFor(place)
      for (const [, metric] of gone) cutOff(call, metric, at)
    })
  }
}

/** Loaded where there is something to keep: starting must not pay for it. */
const recording = () => import('./record.ts')

const wholeMinute = (time: number) => Math.floor(time / minute) * minute
