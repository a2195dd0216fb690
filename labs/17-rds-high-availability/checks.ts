import { condition, lab, task } from '../../checker/lab.ts'
import { checkFailedOver, checkMultiAz, checkRows } from './standby.ts'
import { checkFollows, checkReadOnly, checkReplica, findPromoted } from './replica.ts'

export default lab({
  tasks: [
    task({
      id: 'standby',
      title: 'A standby',
      hints: [
        '`--multi-az` when it is made; `modify-db-instance --multi-az --apply-immediately` later.',
      ],
      explanation:
        'The standby is no second database that you could use. It is the same one, kept twice: a commit waits for both.',
      conditions: [
        condition({
          id: 'multi-az',
          title: 'Your database has a standby in another zone',
          points: 2,
          check: checkMultiAz,
        }),
      ],
    }),
    task({
      id: 'failover',
      title: 'Let it fail',
      hints: [
        'A plain reboot stays where it is: `reboot-db-instance --force-failover`',
        'Write the rows before, and look for them afterwards: the table is called predictions.',
      ],
      explanation:
        'What moved is only what the endpoint’s name leads to. So a program that connects by name, and again when a connection breaks, survives this without anybody’s help.',
      conditions: [
        condition({
          id: 'failed-over',
          title: 'The standby took over',
          points: 2,
          check: checkFailedOver,
        }),
        condition({
          id: 'rows',
          title: 'What was committed is there',
          points: 2,
          check: checkRows,
        }),
      ],
    }),
    task({
      id: 'replica',
      title: 'A replica to read from',
      hints: [
        '`aws rds create-db-instance-read-replica --source-db-instance-identifier …`',
        'A replica needs automated backups of its source: a retention of more than 0 days.',
        'Was it promoted? Then it is a database of its own, and no replica any more.',
      ],
      explanation:
        'A replica is asked for old news: what it answers was true a moment ago. Promoted, it becomes a database of its own, and never comes back.',
      failcheck: findPromoted,
      conditions: [
        condition({ id: 'made', title: 'It is available', points: 1, check: checkReplica }),
        condition({ id: 'follows', title: 'It has the same rows', points: 1, check: checkFollows }),
        condition({
          id: 'read-only',
          title: 'It can not be written to',
          points: 1,
          check: checkReadOnly,
        }),
      ],
    }),
  ],
})
