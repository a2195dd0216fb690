import { validationError } from '../errors.ts'

/** A composite alarm's rule, read. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export interface Rule {
  /** The names of the alarms it is about. */
  readonly alarms: readonly string[]
  /** @param stateOf of an alarm; undefined for one that is gone */
  readonly holds: (stateOf: StateOf) => boolean
}

type StateOf = (name: string) => string | undefined
type Test = (stateOf: StateOf) => boolean

const deepest = 100
const mostAlarms = 100

/** @throws ValidationError */
export function parseRule(source: string): Rule {
  const tokens = [
    ...source.matchAll(
      /\s*(?:"(?<quoted>[^"]*)"|(?<sign>[(),])|(?<word>[^\s(),"]+)|(?<rest>\S))/gy,
    ),
  ].map(({ groups }) => groups!)
  const alarms = new Set<string>()
  let next = 0
  let depth = 0
  const invalid = () => validationError(`AlarmRule must not contain invalid expressions: ${source}`)
  const word = () => tokens[next]?.['word']
  const isWord = (text: string) => word()?.toUpperCase() === text
  const take = (sign: string) => {
    if (tokens[next]?.['sign'] !== sign) throw invalid()
    next += 1
  }

  function or(): Test {
    depth += 1
    if (depth > deepest) throw invalid()
    const tests = [and()]
    while (isWord('OR')) {
      next += 1
      tests.push(and())
    }
    depth -= 1
    return (stateOf) => tests.some((test) => test(stateOf))
  }

  function and(): Test {
    const tests = [not()]
    while (isWord('AND')) {
      next += 1
      tests.push(not())
    }
    return (stateOf) => tests.every((test) => test(stateOf))
  }

  function not(): Test {
    let isNegated = false
    while (isWord('NOT')) {
      isNegated = !isNegated
      next += 1
    }
    const test = primary()
    return isNegated ? (stateOf) => !test(stateOf) : test
  }

  function primary(): Test {
    if (tokens[next]?.['sign'] === '(') {
      next += 1
      const test = or()
      take(')')
      return test
    }
    const name = word()?.toUpperCase()
    next += 1
    if (name === 'TRUE') return () => true
    if (name === 'FALSE') return () => false
    if (name === 'AT_LEAST') return atLeast()
    if (!name || !states.has(name)) throw invalid()
    take('(')
    const alarm = alarmName()
    take(')')
    return (stateOf) => stateOf(alarm) === name
  }

  /** `AT_LEAST(2, ALARM, (a, b, c))`, `AT_LEAST(50%, OK, (a, b))`; `NOT ALARM` for the states besides. */
  function atLeast(): Test {
    take('(')
    const count = /^(\d+)(%?)$/.exec(word() ?? '')
    if (!count) throw invalid()
    next += 1
    take(',')
    const isNegated = isWord('NOT')
    if (isNegated) next += 1
    const state = word()?.toUpperCase()
    if (!state || !states.has(state)) throw invalid()
    next += 1
    take(',')
    take('(')
    const names = [alarmName()]
    while (tokens[next]?.['sign'] === ',') {
      next += 1
      names.push(alarmName())
    }
    take(')')
    take(')')
    const number = Number(count[1])
    const least = count[2] ? Math.ceil((number / 100) * names.length) : number
    return (stateOf) =>
      names.filter((name) => (stateOf(name) === state) !== isNegated).length >= least
  }

  function alarmName(): string {
    const found = tokens[next]?.['quoted'] ?? word()
    if (!found) throw invalid()
    next += 1
    const name = /^arn:[^:]*:cloudwatch:[^:]*:\d{12}:alarm:(.+)$/s.exec(found)?.[1] ?? found
    alarms.add(name)
    return name
  }

  const holds = or()
  if (next < tokens.length) throw invalid()
  if (alarms.size > mostAlarms) {
    throw validationError(`AlarmRule must not contain more than ${mostAlarms} alarms.`)
  }
  return { alarms: [...alarms], holds }
}

const states = new Set(['ALARM', 'OK', 'INSUFFICIENT_DATA'])
