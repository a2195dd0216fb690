import { condition, lab, task } from '../../checker/lab.ts'
import { checkLost, checkTable } from './data.ts'
import { checkPublic, checkRule } from './door.ts'
import {
  checkAvailable,
  checkEncrypted,
  checkEngine,
  checkProtected,
  checkRetention,
  findUnfit,
} from './instance.ts'
import { checkDoor, checkRestored, checkRowsBack, checkSnapshot, findLoss } from './restore.ts'

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
      failcheck: findUnfit,
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
      id: 'door',
      title: 'Who gets in',
      hints: [
        'Two things have to be so: the instance has an address outside its VPC, and a rule of its security group lets you in.',
        '`aws rds modify-db-instance --publicly-accessible --apply-immediately`',
        '`aws ec2 authorize-security-group-ingress --protocol tcp --port 5432 --cidr {{address}}/32`',
      ],
      explanation:
        'A database that hangs when you connect is nearly always one of these two. Most databases should be in neither: not public, and open to the security group of the machines that use them.',
      conditions: [
        condition({
          id: 'public',
          title: 'It can be reached from outside its VPC',
          points: 1,
          check: checkPublic,
        }),
        condition({
          id: 'rule',
          title: 'Its security group admits your address, and nobody else',
          points: 2,
          check: checkRule,
        }),
      ],
    }),
    task({
      id: 'data',
      title: 'Experiments in it',
      hints: [
        'The database is called mlflow, the table experiments.',
        '`psql -h ADDRESS -p PORT -U mluser -d mlflow`, with the password {{password}}',
        'Refused? The message says whether it is the network or the password.',
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
        'Its security groups are asked for by `--vpc-security-group-ids`, or given by `modify-db-instance` afterwards.',
      ],
      explanation:
        'Nobody restores over the original, because the original is the evidence. And because the snapshot may turn out to be the wrong one: what was written after it is not in it. Automated backups can be restored to any second.',
      failcheck: findLoss,
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
          title: 'It has the rows of the snapshot',
          points: 2,
          check: checkRowsBack,
        }),
        condition({
          id: 'group',
          title: 'It is behind the same door',
          points: 1,
          check: checkDoor,
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
