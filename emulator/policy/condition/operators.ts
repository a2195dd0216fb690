import type { Operator } from './operator.ts'
import { ArnEquals } from './arn-equals.ts'
import { ArnLike } from './arn-like.ts'
import { ArnNotEquals } from './arn-not-equals.ts'
import { ArnNotLike } from './arn-not-like.ts'
import { BinaryEquals } from './binary-equals.ts'
import { Bool } from './bool.ts'
import { DateEquals } from './date-equals.ts'
import { DateGreaterThan } from './date-greater-than.ts'
import { DateGreaterThanEquals } from './date-greater-than-equals.ts'
import { DateLessThan } from './date-less-than.ts'
import { DateLessThanEquals } from './date-less-than-equals.ts'
import { DateNotEquals } from './date-not-equals.ts'
import { IpAddress } from './ip-address.ts'
import { NotIpAddress } from './not-ip-address.ts'
import { Null } from './null.ts'
import { NumericEquals } from './numeric-equals.ts'
import { NumericGreaterThan } from './numeric-greater-than.ts'
import { NumericGreaterThanEquals } from './numeric-greater-than-equals.ts'
import { NumericLessThan } from './numeric-less-than.ts'
import { NumericLessThanEquals } from './numeric-less-than-equals.ts'
import { NumericNotEquals } from './numeric-not-equals.ts'
import { StringEquals } from './string-equals.ts'
import { StringEqualsIgnoreCase } from './string-equals-ignore-case.ts'
import { StringLike } from './string-like.ts'
import { StringNotEquals } from './string-not-equals.ts'
import { StringNotEqualsIgnoreCase } from './string-not-equals-ignore-case.ts'
import { StringNotLike } from './string-not-like.ts'

type Compared =
  | 'Equals'
  | 'NotEquals'
  | 'LessThan'
  | 'LessThanEquals'
  | 'GreaterThan'
  | 'GreaterThanEquals'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export type OperatorName =
  | `String${'' | 'Not'}${'Equals' | 'EqualsIgnoreCase' | 'Like'}`
  | `Numeric${Compared}`
  | `Date${Compared}`
  | 'Bool'
  | 'BinaryEquals'
  | `${'' | 'Not'}IpAddress`
  | `Arn${'' | 'Not'}${'Equals' | 'Like'}`
  | 'Null'

export const operators: Readonly<Record<OperatorName, Operator>> = {
  StringEquals,
  StringNotEquals,
  StringEqualsIgnoreCase,
  StringNotEqualsIgnoreCase,
  StringLike,
  StringNotLike,
  NumericEquals,
  NumericNotEquals,
  NumericLessThan,
  NumericLessThanEquals,
  NumericGreaterThan,
  NumericGreaterThanEquals,
  DateEquals,
  DateNotEquals,
  DateLessThan,
  DateLessThanEquals,
  DateGreaterThan,
  DateGreaterThanEquals,
  Bool,
  BinaryEquals,
  IpAddress,
  NotIpAddress,
  ArnEquals,
  ArnNotEquals,
  ArnLike,
  ArnNotLike,
  Null,
}
