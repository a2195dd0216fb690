import { expect, test } from 'vitest'
import { evaluateFormula, isFormula } from '../../../emulator/services/rds/parameters/formulas.ts'

const variables = {
  DBInstanceClassMemory: 2 ** 30,
  DBInstanceVCPU: 2,
  AllocatedStorage: 20 * 2 ** 30,
  EndPointPort: 5432,
}

test.each([
  ['{DBInstanceClassMemory/32768}', 32_768],
  ['LEAST({DBInstanceClassMemory/9531392},5000)', 112],
  ['GREATEST({DBInstanceClassMemory*1024/63963136},65536)', 65_536],
  ['GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)', 200],
  ['SUM({DBInstanceClassMemory/12038},-50003)', 39_193],
  ['{DBInstanceClassMemory*3/4}', 805_306_368],
  ['{EndPointPort}', 5432],
])('%s is %d for 1 GiB', (formula, value) => {
  expect(evaluateFormula(formula, variables)).toBe(value)
})

test.each(['{Nothing/2}', '{DBInstanceClassMemory/', 'GREATEST(1,)', 'MOST(1,2)', '{constructor}'])(
  '%s is no formula',
  (text) => {
    expect(evaluateFormula(text, variables)).toBeUndefined()
    expect(isFormula(text)).toBe(false)
  },
)
