import { describe, expect, test } from 'vitest'
import { page } from '../../../emulator/services/rds/pages.ts'

const keyOf = (item: string) => item
const names = Array.from({ length: 50 }, (_, number) => `name-${String(number).padStart(2, '0')}`)

describe('a page', () => {
  test('goes on after the last record of the one before', () => {
    const first = page({ MaxRecords: 20 }, names, keyOf)
    expect(first.records).toEqual(names.slice(0, 20))
    const second = page({ MaxRecords: 20, Marker: first.Marker! }, names, keyOf)
    const third = page({ MaxRecords: 20, Marker: second.Marker! }, names, keyOf)
    expect([...second.records, ...third.records]).toEqual(names.slice(20))
    expect(third).not.toHaveProperty('Marker')
  })

  test('goes on after records that are gone meanwhile, all of the page before too', () => {
    const { Marker } = page({ MaxRecords: 20 }, names, keyOf)
    const left = names.slice(20)
    expect(page({ MaxRecords: 100, Marker: Marker! }, left, keyOf).records).toEqual(left)
    expect(page({ Marker: Marker! }, [], keyOf).records).toEqual([])
  })

  test('in a list that does not go by its keys, goes on at about the same place', () => {
    const backwards = names.toReversed()
    const { Marker } = page({ MaxRecords: 20 }, backwards, keyOf)
    const left = backwards.filter((name) => name !== 'name-30')
    expect(page({ Marker: Marker! }, left, keyOf).records).toEqual(backwards.slice(20))
  })

  test.each([19, 101, 0, -1, 20.5])('of %d records is refused', (MaxRecords) => {
    expect(() => page({ MaxRecords }, names, keyOf)).toThrow(
      `Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`,
    )
  })

  test.each(['', 'nonsense', 'YWZ0ZXI6eA==', Buffer.from('after:0:name-01').toString('base64')])(
    'with the marker %j, which none had, is refused',
    (Marker) => {
      expect(() => page({ Marker }, names, keyOf)).toThrow('The marker in the request is invalid.')
    },
  )
})
