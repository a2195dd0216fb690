import { readFixture } from '../../fixtures.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html */
export interface InstanceClass {
  /** `db.t3.micro` */
  readonly name: string
  readonly vcpus: number
  readonly memoryMib: number
  /** US dollars in us-east-1, one zone, on demand. */
  readonly hourly: { readonly mysql: number; readonly postgres: number }
}

let known: ReadonlyMap<string, InstanceClass> | undefined

/** The classes that can be ordered, by their names. */
export function instanceClasses(): ReadonlyMap<string, InstanceClass> {
  known ??= new Map(
    readFixture('rds/instance-classes.tsv')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [name, vcpus, memory, , mysql, postgres] = line.split('\t') as [string, ...string[]]
        return [
          name,
          {
            name,
            vcpus: Number(vcpus),
            memoryMib: Number(memory),
            hourly: { mysql: Number(mysql), postgres: Number(postgres) },
          },
        ]
      }),
  )
  return known
}

/** Sizes of classes by what they have: micro 1 GiB, large 8 GiB and two processors, and so on. */
const sizes: Readonly<Record<string, readonly [vcpus: number, memoryGib: number]>> = {
  micro: [1, 1],
  small: [1, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
  '4xlarge': [16, 64],
  '8xlarge': [32, 128],
  '10xlarge': [40, 160],
  '16xlarge': [64, 256],
}

/**
 * A class by its name, those of previous generations among them, which are no longer listed: db.m1.small, db.t2.micro.
 * Memory of classes that adapt (db.serverless) is that of their largest capacity.
 *
 * @returns undefined for what is no class
 */
export function findInstanceClass(name: string): InstanceClass | undefined {
  const listed = instanceClasses().get(name)
  if (listed) return listed
  const none = { mysql: 0, postgres: 0 }
  if (name === 'db.serverless') return { name, vcpus: 2, memoryMib: 4096, hourly: none }
  const former = /^db\.(t1|t2|m1|m2|m3|m4|r3|r4|cr1|x1|x1e|z1d)\.(\w+)$/.exec(name)
  const size = former && Object.hasOwn(sizes, former[2]!) ? sizes[former[2]!] : undefined
  if (!size) return undefined
  const factor = /^[rx]|^cr|^z/.test(former![1]!) ? 2 : 1
  return { name, vcpus: size[0], memoryMib: size[1] * 1024 * factor, hourly: none }
}
