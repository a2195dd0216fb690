import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listLabs, loadChecks } from '../../checker/catalogue.ts'
import { condition, lab, passed, task } from '../../checker/lab.ts'

const fine = condition({ id: 'fine', title: 'All is well', points: 1, check: passed })

describe('the checks of a lab', () => {
  it('have ids that are unique, and points', () => {
    const one = task({ id: 'one', title: 'One', conditions: [fine] })
    expect(() => lab({ tasks: [one, one] })).toThrow('Two of the same id, one, for a task')
    expect(() => task({ id: 'two', title: 'Two', conditions: [fine, fine] })).toThrow(
      'Two of the same id, fine, for a condition of two',
    )
    expect(() => task({ id: 'three', title: 'Three', conditions: [] })).toThrow('has no conditions')
    expect(() =>
      task({ id: 'four', title: 'Four', conditions: [{ ...fine, points: 0.5 }] }),
    ).toThrow('four/fine must be worth a whole number of points')
    expect(() => task({ id: 'Five!', title: 'Five', conditions: [fine] })).not.toThrow()
    expect(() => lab({ tasks: [{ ...one, id: 'Five!' }] })).toThrow('Not an id for a task: "Five!"')
  })
})

describe('the labs there are', () => {
  it('have numbers and ids of their own, needs that exist, and checks that load', async () => {
    const labs = listLabs()
    expect(labs.length).toBeGreaterThan(0)
    expect(new Set(labs.map(({ number }) => number)).size).toBe(labs.length)
    const ids = new Set(labs.map(({ id }) => id))
    expect(ids.size).toBe(labs.length)
    for (const found of labs) {
      expect(found.needs.filter((id) => !ids.has(id))).toEqual([])
      expect((await loadChecks(found)).tasks.length).toBeGreaterThan(0)
    }
  })

  it('are those, with those tasks, that the map of the course names; it leaves none out', async () => {
    const map = readFileSync(new URL('../../docs/course-map.md', import.meta.url), 'utf8')
    const labs = new Map(listLabs().map((one) => [one.id, one]))
    const tasks = new Map<string, readonly string[]>()
    for (const [id, one] of labs) {
      const checks = await loadChecks(one)
      tasks.set(
        id,
        checks.tasks.map((each) => each.id),
      )
    }
    const named = Array.from(map.matchAll(/`([a-z0-9-]+)`(?:\/([a-z0-9-]+(?:, [a-z0-9-]+)*))?/g))
    const wrong = named.flatMap(([, id, list]) =>
      (list?.split(', ') ?? [])
        .filter((each) => !tasks.get(id!)?.includes(each))
        .map((each) => `${id}/${each}`),
    )
    expect(wrong).toEqual([])
    const missing = [...labs.keys()].filter((id) => !named.some(([, each]) => each === id))
    expect(missing).toEqual([])
    const unknown = named.filter(([, id]) => !labs.has(id!)).map(([, id]) => id)
    expect(unknown).toEqual([])
  })
})
