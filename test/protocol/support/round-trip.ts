import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProtocolName } from '../../../emulator/protocol/codec.ts'
import { membersOf, kindOf } from '../../../emulator/protocol/schema.ts'
import { startRig, type PackageName, type Rig } from './clients.ts'
import { comparable, inputOf, outputOf, structOf, type Medium } from './values.ts'

export interface RoundTrip {
  readonly service: PackageName
  readonly protocol: ProtocolName
  readonly operations: readonly string[]
  readonly input: Medium
  readonly output: Medium
  readonly config?: () => Promise<object>
  /** Members whose values are given: S3's bucket and key have rules of their own. */
  readonly given?: Record<string, unknown>
  /** Members that the SDK or HTTP itself fills in or changes. */
  readonly except?: readonly string[]
}

/** Random inputs and outputs of each operation go through the official client and come back as they were. */
export function describeRoundTrip(trip: RoundTrip): void {
  const { service, protocol, operations, input, output, given = {}, except = [] } = trip
  describe(`${protocol} with the SDK's ${service} client`, () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await startRig(service, await trip.config?.())
    })
    afterAll(() => rig.close())

    test.each(operations)(
      '%s arrives as sent and its answer comes back as answered',
      async (operation) => {
        const schema = rig.model.operations.get(operation)!
        const inputSchema = inputOf(schema)
        const known = new Set(
          kindOf(inputSchema) === 'unit' ? [] : membersOf(inputSchema).map(({ name }) => name),
        )
        const fixed = Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name)))
        await fc.assert(
          fc.asyncProperty(
            structOf(inputSchema, input, 0, [...Object.keys(given), ...except]),
            structOf(outputOf(schema), output, 0, except),
            async (random, answer) => {
              const sent = { ...random, ...fixed }
              rig.echo.answer = answer
              rig.echo.received = undefined
              const got = await rig.send(operation, sent)
              expect(rig.echo.received).toMatchObject({ operation, protocol })
              const arrived = rig.echo.received!.input as Record<string, unknown>
              expect(comparable(withoutTokens(arrived, sent, except))).toEqual(comparable(sent))
              expect(comparable(got)).toEqual(comparable(answer))
            },
          ),
          { numRuns: 15 },
        )
      },
    )
  })
}

/** The SDK makes idempotency tokens, checksums and the like by itself: what was not sent and is excepted is not compared. */
function withoutTokens(
  arrived: Record<string, unknown>,
  sent: object,
  except: readonly string[],
): object {
  return Object.fromEntries(
    Object.entries(arrived).filter(([name]) => name in sent || !except.includes(name)),
  )
}
