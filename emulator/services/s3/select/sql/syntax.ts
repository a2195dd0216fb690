import type { Value } from '../values/value.ts'

// The syntax tree. Operators of one precedence are one node with a list, so that a long chain makes no deep tree.

/** In double quotes a name is matched exactly, otherwise in any case. */
export interface Name {
  readonly text: string
  readonly quoted: boolean
}

export type Step =
  | { readonly kind: 'member'; readonly name: Name }
  | { readonly kind: 'index'; readonly index: number }
  /** `[*]` in a FROM path. */
  | { readonly kind: 'elements' }
  /** `.*` in a FROM path. */
  | { readonly kind: 'members' }

export type CastType = 'bool' | 'int' | 'float' | 'decimal' | 'string' | 'timestamp'

export const dateParts = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'timezone_hour',
  'timezone_minute',
] as const
export type DatePart = (typeof dateParts)[number]

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '||'
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type Aggregate = 'count' | 'sum' | 'avg' | 'min' | 'max'

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'path'; readonly root: Name; readonly steps: readonly Step[] }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'arithmetic'
      readonly first: Expression
      readonly rest: readonly {
        readonly operator: ArithmeticOperator
        readonly operand: Expression
      }[]
    }
  | {
      readonly kind: 'comparison'
      readonly operator: ComparisonOperator
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'like'
      readonly value: Expression
      readonly pattern: Expression
      readonly escape: Expression | undefined
    }
  | {
      readonly kind: 'between'
      readonly value: Expression
      readonly low: Expression
      readonly high: Expression
    }
  | { readonly kind: 'in'; readonly value: Expression; readonly options: readonly Expression[] }
  | { readonly kind: 'is'; readonly value: Expression; readonly what: 'null' | 'missing' }
  | {
      readonly kind: 'case'
      readonly operand: Expression | undefined
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[]
      readonly otherwise: Expression | undefined
    }
  | { readonly kind: 'cast'; readonly value: Expression; readonly type: CastType }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Expression[]
      /** The date part of DATE_ADD, DATE_DIFF and EXTRACT, the side of TRIM. */
      readonly option?: string
    }
  | {
      readonly kind: 'aggregate'
      readonly name: Aggregate
      /** Absent in `COUNT(*)`. */
      readonly operand: Expression | undefined
    }

export interface SelectItem {
  readonly expression: Expression
  readonly alias: string | undefined
}

export interface Query {
  readonly items: '*' | readonly SelectItem[]
  /** The steps after `S3Object[*]`. */
  readonly path: readonly Step[]
  readonly alias: Name | undefined
  readonly where: Expression | undefined
  readonly limit: number | undefined
}
