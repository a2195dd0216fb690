import { describe, expect, test } from 'vitest'
import { evaluate } from '../../emulator/policy/index.ts'
import { TextCache } from '../../emulator/policy/text-cache.ts'
import { inputOf } from './cases.ts'

describe('what is remembered of a document', () => {
  const own = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 's3:*',
      Resource: "arn:aws:s3:::home/${aws:username}/${aws:PrincipalTag/team, 'none'}",
    },
  })
  const may = (resource: string, context: Record<string, string>, action = 's3:GetObject') => {
    const { request, policies } = inputOf({ request: { action, resource, context } })
    const identity = [{ source: 'user', document: own }]
    return evaluate({ request, policies: { ...policies, identity } }).decision === 'allowed'
  }

  test('one caller’s name never counts for the next', () => {
    const alice = { 'aws:username': 'alice' }
    const bob = { 'aws:username': 'bob', 'aws:PrincipalTag/team': 'blue' }
    for (let round = 0; round < 3; round++) {
      expect(may('arn:aws:s3:::home/alice/none', alice)).toBe(true)
      expect(may('arn:aws:s3:::home/alice/none', bob)).toBe(false)
      expect(may('arn:aws:s3:::home/bob/blue', bob)).toBe(true)
      expect(may('arn:aws:s3:::home/bob/blue', { 'aws:username': 'bob' })).toBe(false)
      expect(may('arn:aws:s3:::home/bob/none', {})).toBe(false)
    }
  })

  test('one action’s statements never count for the next', () => {
    const alice = { 'aws:username': 'alice' }
    for (const action of ['s3:GetObject', 'ec2:RunInstances', 's3:PutObject', '', 's3:GetObject']) {
      expect(may('arn:aws:s3:::home/alice/none', alice, action)).toBe(action.startsWith('s3:'))
    }
  })

  test('more actions than are kept are decided all the same', () => {
    for (let index = 0; index < 2000; index++) {
      expect(may('arn:aws:s3:::home/a/none', { 'aws:username': 'a' }, `s3:A${index}`)).toBe(true)
    }
  })
})

describe('the cache of texts', () => {
  test('makes a value once per text', () => {
    let made = 0
    const cache = new TextCache((text) => ({ text, number: made++ }))
    expect(cache.get('one')).toBe(cache.get('one'))
    cache.get('two')
    expect(made).toBe(2)
  })

  test('tells texts apart that differ in any one character', () => {
    const cache = new TextCache((text) => text)
    const base = 'x'.repeat(1000)
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 1000; at++) {
        const text = `${base.slice(0, at)}y${base.slice(at + 1)}`
        expect(cache.get(text)).toBe(text)
      }
    }
  })

  test('forgets what was not asked for, and keeps what was', () => {
    const made: string[] = []
    const cache = new TextCache((text) => {
      made.push(text)
      return text
    })
    for (let index = 0; index < 10_000; index++) {
      cache.get('kept')
      cache.get(`passing ${index}`)
    }
    cache.get('passing 0')
    expect(made.filter((text) => text === 'kept')).toHaveLength(1)
    expect(made.filter((text) => text === 'passing 0')).toHaveLength(2)
  })

  test('keeps no text that is longer than a policy can be', () => {
    let made = 0
    const cache = new TextCache(() => made++)
    const long = 'x'.repeat(100_000)
    cache.get(long)
    cache.get(long)
    expect(made).toBe(2)
  })
})
