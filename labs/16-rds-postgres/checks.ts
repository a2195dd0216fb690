import { condition, lab, task } from '../../checker/lab.ts'
import { checkLost, checkTable } from './data.ts'
import {
  checkAvailable,
  checkEncrypted,
  checkEngine,
  checkProtected,
  checkRetention,
} from './instance.ts'
import { checkRestored, checkRowsBack, checkSnapshot } from './restore.ts'

export default lab({
  tasks: [
    task({
      id: 'database',
      title: 'A PostgreSQL of your own',
      hints: [
        '`aws rds create-db-instance --engine postgres --db-instance-class db.t3.micro …`',
        'Encryption can not be added later: `--storage-encrypted` when it is made.',
      ],
      explanation:
        'An instance is a machine that you never see: AWS patches it, watches it, and replaces it. What is left for you is the database.',
      conditions: [
        condition({ id: 'available', title: 'It is available', points: 1, check: checkAvailable }),
        condition({ id: 'engine', title: 'It is PostgreSQL 15', points: 1, check: checkEngine }),
        condition({
          id: 'encrypted',
          title: 'Its storage is encrypted',
          points: 1,
          check: checkEncrypted,
        }),
      ],
    }),
    task({
      id: 'data',
      title: 'Experiments in it',
      hints: [
        'The database is called mlflow, the table experiments.',
        '`psql -h ADDRESS -p PORT -U mluser -d mlflow`, with the password {{password}}',
        'No answer? The instance has to be publicly accessible: you are outside its network.',
      ],
      explanation:
        'The endpoint’s name stays, whatever happens to the machine behind it. So programs keep the name, and never an address.',
      conditions: [
        condition({
          id: 'table',
          title: 'There is a table of experiments',
          points: 1,
          check: checkTable,
        }),
        condition({ id: 'lost', title: 'The rows were lost', points: 1, check: checkLost }),
      ],
    }),
    task({
      id: 'restore',
      title: 'Back from a snapshot',
      hints: [
        'The snapshot comes before the accident.',
        'A restore makes another instance: `restore-db-instance-from-db-snapshot --publicly-accessible`',
      ],
      explanation:
        'Nobody restores over the original, because the original is the evidence. And because the snapshot may turn out to be the wrong one.',
      conditions: [
        condition({
          id: 'snapshot',
          title: 'You have a snapshot',
          points: 1,
          check: checkSnapshot,
        }),
        condition({
          id: 'instance',
          title: 'An instance was restored from it',
          points: 1,
          check: checkRestored,
        }),
        condition({
          id: 'rows',
          title: 'It has the rows that were lost',
          points: 2,
          check: checkRowsBack,
        }),
      ],
    }),
    task({
      id: 'backups',
      title: 'Looked after',
      hints: [
        '`aws rds modify-db-instance --backup-retention-period 14 --deletion-protection --apply-immediately`',
      ],
      explanation:
        'Without --apply-immediately, some changes wait for the maintenance window, at night. It is the polite way, where people are working.',
      conditions: [
        condition({
          id: 'retention',
          title: 'Backups are kept for two weeks',
          points: 1,
          check: checkRetention,
        }),
        condition({
          id: 'protected',
          title: 'It can not be deleted by mistake',
          points: 1,
          check: checkProtected,
        }),
      ],
    }),
  ],
})
