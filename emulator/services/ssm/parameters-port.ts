import { AwsError } from '../../errors.ts'
import type { Parameters } from '../../ports.ts'
import { findNamed, onParameter, shownParameter } from './read.ts'

/** What names a parameter in the place of a value: EC2's `resolve:ssm:`. A SecureString is nobody's plain value. */
export const parameters: Parameters = {
  find(call, name) {
    try {
      const { Value, Type } = shownParameter(call, findNamed(call, name), false)
      if (Type === 'SecureString') return undefined
      return {
        value: Value!,
        permission: onParameter(call, name, { action: 'ssm:GetParameters' }),
      }
    } catch (error) {
      if (error instanceof AwsError) return undefined
      throw error
    }
  },
}
