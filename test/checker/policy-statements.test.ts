import { describe, expect, it } from 'vitest'
import { allowingStatements } from '../../checker/policy-statements.ts'

const bucket = 'arn:aws:s3:::lake'
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const find = (statement: object, action = 's3:GetObject', resource = `${bucket}/data/a.csv`) =>
  allowingStatements(document({ Effect: 'Allow', ...statement }), action, resource)

describe('the statements that speak of a call', () => {
  it.each([
    [{ Action: 's3:GetObject', Resource: `${bucket}/*` }, `s3:GetObject on ${bucket}/*`],
    [{ Action: 'S3:get*', Resource: '*' }, 'S3:get* on *'],
    [
      { Action: ['s3:Put*', 's3:*'], Resource: [bucket, `${bucket}/data/?.csv`] },
      `s3:* on ${bucket}/data/?.csv`,
    ],
    [{ NotAction: 'iam:*', Resource: '*' }, 'NotAction iam:* on *'],
    [
      { Action: '*', NotResource: ['arn:aws:s3:::secret/*'] },
      '* on NotResource arn:aws:s3:::secret/*',
    ],
    [
      { Action: '*', Resource: 'arn:aws:s3:::${aws:username}/*' },
      '* on arn:aws:s3:::${aws:username}/*',
    ],
  ])('%j allows', (statement, says) => {
    expect(find(statement)).toEqual([{ name: 'number 1', says, conditional: false }])
  })

  it.each([
    { Action: 's3:PutObject', Resource: '*' },
    { Action: 's3:GetObject', Resource: bucket },
    { Action: 's3:GetObject', Resource: `${bucket}/DATA/*` },
    { NotAction: 's3:Get*', Resource: '*' },
    { Action: '*', NotResource: `${bucket}/*` },
    { Effect: 'Deny', Action: '*', Resource: '*' },
    { Action: 's3:GetObject.', Resource: '*' },
  ])('%j does not', (statement) => {
    expect(find(statement)).toEqual([])
  })

  it('go by their Sid, else by their place, and say whether they have a condition', () => {
    const all = { Effect: 'Allow', Action: '*', Resource: '*' }
    const Condition = { Bool: { 'aws:SecureTransport': 'true' } }
    const text = document({ ...all, Sid: 'First', Condition }, all)
    expect(allowingStatements(text, 'ec2:RunInstances', '*')).toEqual([
      { name: 'First', says: '* on *', conditional: true },
      { name: 'number 2', says: '* on *', conditional: false },
    ])
  })

  it('may be one statement that is no list', () => {
    const one = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
    }
    expect(allowingStatements(JSON.stringify(one), 'a:B', '*')).toHaveLength(1)
  })

  it('are found at once, whatever the pattern', () => {
    const hostile = `${'*a'.repeat(3000)}b`
    const start = performance.now()
    expect(find({ Action: '*', Resource: hostile }, 'a:B', 'a'.repeat(2000))).toEqual([])
    expect(performance.now() - start).toBeLessThan(500)
  })
})
