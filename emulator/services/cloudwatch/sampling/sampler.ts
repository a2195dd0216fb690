import type { Advanced } from '../../../clock/scheduler.ts'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Measurement, MetricPlace, MetricSource, ServiceMetrics } from '../../../ports.ts'
import type { Database } from '../../../store/database.ts'
import { hasAlarms, hasAlarmsOn } from '../rows/alarms.ts'

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

type Every = MetricSource['every']

/** In ms. */
const steps: Readonly<Record<Every, number>> = { minute: 60_000, day: 86_400_000 }

/** An advance over more days than data are kept for is not made day by day. */
const mostDays = 500

/** What was measured in a place. */
interface Sample {
  readonly measurements: readonly Measurement[]
  /** The start of the minute or day, virtual time in ms since the epoch. */
  readonly at: number
}

/** What is taken to stay as it is while the clock advances. */
interface Held {
  readonly place: MetricPlace
  readonly metrics: ReadonlyMap<string, number>
  readonly at: number
}

/**
 * Measures what services have: each minute, when somebody looks, and before and after the clock is set forward. What an advance leaps
 * over is not sampled minute by minute: nothing measures anything there, and what was before holds until its end. What is measured once
 * a day is measured at each midnight on the way.
 */
export class MetricSampler implements ServiceMetrics {
  readonly #options: SamplerOptions
  /** By the place and how often: the measuring that began last, and the one that is to begin. */
  readonly #last = new Map<string, Promise<Sample>>()
  readonly #waiting = new Map<string, Promise<Sample>>()
  #timer: NodeJS.Timeout | undefined
  #day = 0
  #isClosed = false

  constructor(options: SamplerOptions) {
    this.#options = options
    this.#day = wholeStep(options.now(), 'day')
  }

  /** Begins to measure each minute; that keeps no process running. */
  start(): void {
    const tick = () => {
      this.#tick().catch((error: unknown) => process.emitWarning(String(error)))
    }
    this.#timer = setInterval(tick, steps.minute).unref()
  }

  /** The state is another: the clock may be, too. */
  forget(): void {
    this.#day = wholeStep(this.#options.now(), 'day')
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
  }

  look: ServiceMetrics['look'] = async ({ account, region }, namespaces) => {
    const place = { account, region }
    const asked = this.#options.sources.filter((source) => {
      if (namespaces === 'all') return true
      if (namespaces === 'frequent') return source.every === 'minute' && this.#isOn(source, place)
      return namespaces.includes(source.namespace)
    })
    for (const every of ['minute', 'day'] as const) {
      const sources = asked.filter((source) => source.every === every)
      if (sources.length > 0) await this.#take(place, every, { sources })
    }
  }

  /**
   * Measures before and after an advance, and at the midnights on the way.
   *
   * @param duration in ms
   * @param advance makes a part of it
   */
  async around(duration: number, advance: (part: number) => Promise<Advanced>): Promise<Advanced> {
    const start = this.#options.now()
    const end = wholeStep(start + duration, 'minute')
    if (end === wholeStep(start, 'minute')) return await advance(duration)
    const held = await this.#everywhere('minute', (place) =>
      this.#take(place, 'minute', { until: end }),
    )
    const advanced = await this.#advanceByDays(start, duration, advance)
    const after = await this.#everywhere('minute', (place) => this.#take(place, 'minute'))
    const present = new Set(after.flatMap(({ metrics }) => [...metrics.values()]))
    await Promise.all(held.map((one) => this.#release(one, present)))
    return advanced
  }

  async #advanceByDays(
    start: number,
    duration: number,
    advance: (part: number) => Promise<Advanced>,
  ): Promise<Advanced> {
    const untilMidnight = wholeStep(start, 'day') + steps.day - start
    const isShort = duration < untilMidnight || duration > mostDays * steps.day
    if (isShort || this.#places('day').length === 0) return await advance(duration)
    let left = duration
    let fired = 0
    for (let part = untilMidnight; left >= part; part = steps.day) {
      fired += (await advance(part)).fired
      left -= part
      await this.#measureDay()
    }
    const last = await advance(left)
    return { now: last.now, fired: fired + last.fired }
  }

  async #tick(): Promise<void> {
    await this.#everywhere('minute', (place) => this.#take(place, 'minute'))
    if (wholeStep(this.#options.now(), 'day') > this.#day) await this.#measureDay()
  }

  async #measureDay(): Promise<void> {
    this.#day = wholeStep(this.#options.now(), 'day')
    await this.#everywhere('day', (place) => this.#take(place, 'day'))
  }

  #sources(every: Every): MetricSource[] {
    return this.#options.sources.filter((source) => source.every === every)
  }

  #places(every: Every): MetricPlace[] {
    if (this.#isClosed) return []
    const { db } = this.#options
    const all = this.#sources(every).flatMap((source) =>
      source.places(db).filter((place) => this.#isOn(source, place)),
    )
    return [...new Map(all.map((place) => [`${place.account} ${place.region}`, place])).values()]
  }

  /** What nobody goes by is not measured without being asked for. */
  #isOn({ onDemand, namespace }: MetricSource, place: MetricPlace): boolean {
    const { db } = this.#options
    return !onDemand || hasAlarmsOn({ db, ...place }, namespace)
  }

  async #everywhere<Result>(
    every: Every,
    work: (place: MetricPlace) => Promise<Result>,
  ): Promise<Result[]> {
    return await Promise.all(this.#places(every).map(work))
  }

  /**
   * Measures in a place, and keeps what comes of it.
   *
   * @param until how long it holds, in ms since the epoch
   */
  async #take(
    place: MetricPlace,
    every: Every,
    {
      until = 0,
      sources = this.#sources(every).filter((source) => this.#isOn(source, place)),
    }: { readonly until?: number; readonly sources?: readonly MetricSource[] } = {},
  ): Promise<Held> {
    const sample = await this.#sample(place, every, sources)
    const metrics = await this.#keep(place, every, sample, Math.max(until, sample.at))
    return { place, metrics, at: sample.at }
  }

  /** Measures begin after they were asked for: those who ask while one is under way get the next one together. */
  #sample(place: MetricPlace, every: Every, sources: readonly MetricSource[]): Promise<Sample> {
    const names = sources.map(({ namespace }) => namespace).join(' ')
    const key = `${every} ${place.account} ${place.region} ${names}`
    const waiting = this.#waiting.get(key)
    if (waiting) return waiting
    const last = this.#last.get(key) ?? Promise.resolve()
    const sample = last
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        this.#waiting.delete(key)
        return this.#measure(place, every, sources)
      })
    this.#waiting.set(key, sample)
    this.#last.set(key, sample)
    return sample
  }

  async #measure(
    place: MetricPlace,
    every: Every,
    sources: readonly MetricSource[],
  ): Promise<Sample> {
    const { db, now } = this.#options
    const at = wholeStep(now(), every)
    if (this.#isClosed) return { measurements: [], at }
    const each = sources.map(async (source) => source.measure(db, place))
    return { measurements: (await Promise.all(each)).flat(), at }
  }

  async #keep(
    place: MetricPlace,
    every: Every,
    { measurements, at }: Sample,
    until: number,
  ): Promise<ReadonlyMap<string, number>> {
    const { db, callFor, loadAlarms } = this.#options
    if (measurements.length === 0 || this.#isClosed) return new Map()
    const [{ recordMeasurements }] = await Promise.all([
      recording(),
      hasAlarms({ db }) && loadAlarms(),
    ])
    const moment = { at, until, step: steps[every] / 1000 }
    return db.transaction(() => recordMeasurements(callFor(place), measurements, moment))
  }

  /** What is not there any more held no longer than it was seen. */
  async #release({ place, metrics, at }: Held, present: ReadonlySet<number>): Promise<void> {
    const gone = [...metrics.values()].filter((metric) => !present.has(metric))
    if (gone.length === 0 || this.#isClosed) return
    const { cutOff } = await recording()
    this.#options.db.transaction(() => {
      const call = this.#options.callFor(place)
      for (const metric of gone) cutOff(call, metric, at)
    })
  }
}

/** Loaded where there is something to keep: starting must not pay for it. */
const recording = () => import('./record.ts')

/** The start of the minute or day. */
const wholeStep = (time: number, every: Every) => Math.floor(time / steps[every]) * steps[every]
